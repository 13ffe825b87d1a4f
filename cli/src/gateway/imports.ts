import type { Page } from './gateway.ts';
import { askAt, search } from './http.ts';
import type { Session } from '../session/session.ts';

/** An import as the gateway shows it. */
export interface Import {
  readonly importId: string;
  readonly system: string;
  readonly state: 'asked' | 'listing' | 'running' | 'stopped' | 'completed' | 'failed';
  readonly since: string | null;
  readonly status: string;
  readonly dryRun: boolean;
  /** Null before the list is made. */
  readonly total: number | null;
  readonly seen: number;
  readonly placed: number;
  readonly known: number;
  readonly unacceptable: number;
  readonly passedOver: number;
  readonly reasons: readonly { readonly reason: string; readonly count: number; readonly example: string }[];
  readonly detail: string;
  readonly requestedBy: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

/** Whether it still goes on by itself. */
export const isGoingOn = ({ state }: Pick<Import, 'state'>): boolean => state === 'asked' || state === 'listing' || state === 'running';

export interface ImportWish {
  readonly since?: string;
  readonly status?: string;
  readonly dryRun?: true;
}

/** The imports behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface ImportDesk {
  start(system: string, wish: ImportWish): Promise<Import>;
  show(importId: string): Promise<Import>;
  /** The one that was asked for last. */
  newest(): Promise<Import | undefined>;
  stop(importId: string): Promise<Import>;
  resume(importId: string): Promise<Import>;
}

export function openImportDesk(url: string, session: Session): ImportDesk {
  const ask = askAt(url, session);
  const at = (importId: string): string => `/v1/imports/${encodeURIComponent(importId)}`;
  return {
    start: (system, wish) => ask<Import>('POST', '/v1/imports', { system, ...wish }, 'requestedBy'),
    show: (importId) => ask<Import>('GET', at(importId)),
    newest: async () => (await ask<Page<Import>>('GET', `/v1/imports${search({ limit: 1 })}`)).items[0],
    stop: (importId) => ask<Import>('POST', `${at(importId)}/stop`, {}, 'requestedBy'),
    resume: (importId) => ask<Import>('POST', `${at(importId)}/resume`, {}, 'requestedBy'),
  };
}
