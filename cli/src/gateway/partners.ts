import { askAt } from './http.ts';
import type { Session } from '../session/session.ts';

/** How one service gets on with one partner system, as the gateway shows it. */
export interface Partner {
  readonly system: string;
  readonly service: string;
  readonly state: 'well' | 'away' | 'recovering' | 'paused';
  readonly since: string;
  readonly detail: string;
  readonly pausedBy: string | null;
  readonly note: string | null;
  /** The share of the agreed rate that calls may go at, from 0 to 1. */
  readonly share: number;
  readonly waiting: number;
  /** Taken by the partner, which tells the result later. */
  readonly accepted: number;
  readonly unknown: number;
  readonly oldestAt: string | null;
  readonly lastMinute: { readonly answered: number; readonly refused: number; readonly failed: number };
  readonly perSecond: number | null;
  readonly ledgerPerSecond: number | null;
  /** The ledgers with calls that wait or that are left alone, the fullest first. */
  readonly ledgers: readonly PartnerLedger[];
}

export interface PartnerLedger {
  readonly ledger: string;
  readonly waiting: number;
  readonly oldestAt: string | null;
  readonly lastMinute: number;
  readonly throttledUntil: string | null;
}

/** The partner systems behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface PartnerDesk {
  list(): Promise<readonly Partner[]>;
  /** Resolves with the partner as it is then; so does `resume`. */
  pause(system: string, note: string): Promise<readonly Partner[]>;
  resume(system: string): Promise<readonly Partner[]>;
}

interface Partners {
  readonly items: readonly Partner[];
}

export function openPartnerDesk(url: string, session: Session): PartnerDesk {
  const ask = askAt(url, session);
  const at = (system: string): string => `/v1/partners/${encodeURIComponent(system)}`;
  return {
    list: async () => (await ask<Partners>('GET', '/v1/partners')).items,
    pause: async (system, note) => (await ask<Partners>('POST', `${at(system)}/pause`, { note }, 'pausedBy')).items,
    resume: async (system) => (await ask<Partners>('POST', `${at(system)}/resume`, {}, 'resumedBy')).items,
  };
}
