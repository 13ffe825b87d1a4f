import type { ReasonClass } from '@order-mesh/messaging';
import type { LetterStatus } from '@order-mesh/platform';
import type { Page } from './gateway.ts';
import { askAt, search } from './http.ts';
import type { Session } from '../session/session.ts';

export const letterStatuses = ['open', 'edited', 'replaying', 'settled', 'failed-again', 'dropped'] as const satisfies readonly LetterStatus[];
export type { LetterStatus };

export const letterClasses = ['undecodable', 'unknown-schema', 'incompatible', 'too-large', 'invalid-value', 'refused-by-handler', 'unroutable'] as const satisfies readonly ReasonClass[];

/** A record that a service could not take, as the gateway shows it. */
export interface Letter {
  readonly id: string;
  readonly status: LetterStatus;
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly orderId: string | null;
  readonly class: ReasonClass;
  readonly reason: string;
  readonly detail: string;
  readonly advice: string;
  readonly attempts: number;
  readonly at: string;
  readonly sizeBytes: number;
  readonly type: string | null;
  readonly from: string | null;
  readonly originalId: string;
  readonly original: string;
  readonly edited: boolean;
  readonly parentId: string | null;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly note: string | null;
  readonly settledAt: string | null;
}

export interface LetterDetail extends Letter {
  readonly headers: Readonly<Record<string, string>>;
  readonly message: { readonly type: string; readonly value: unknown } | null;
  readonly rawBase64: string | null;
  readonly lineage: readonly Letter[];
  readonly elsewhere: readonly Letter[];
}

export interface LetterQuery {
  readonly status?: LetterStatus;
  readonly service?: string;
  readonly topic?: string;
  readonly class?: string;
  readonly order?: string;
  readonly original?: string;
  /** ISO 8601. */
  readonly since?: string;
  readonly q?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface LetterEdit {
  readonly note: string;
  readonly type?: string;
  readonly value: unknown;
}

/** The dead letters behind a gateway. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface LetterDesk {
  /** Newest first. */
  list(query: LetterQuery): Promise<Page<Letter>>;
  show(id: string, raw?: boolean): Promise<LetterDetail>;
  /** Gives the copies, one a service that could not take the record. */
  edit(id: string, edit: LetterEdit): Promise<readonly Letter[]>;
  /** Sends it; `show` tells what became of it. */
  replay(id: string, note: string, again?: boolean): Promise<Letter>;
  drop(id: string, reason: string): Promise<Letter>;
}

export function openLetterDesk(url: string, session: Session): LetterDesk {
  const ask = askAt(url, session);
  const at = (id: string): string => `/v1/dead-letters/${encodeURIComponent(id)}`;
  return {
    list: (query) => ask<Page<Letter>>('GET', `/v1/dead-letters${search(query)}`),
    show: (id, raw = false) => ask<LetterDetail>('GET', `${at(id)}${raw ? '?raw=true' : ''}`),
    edit: async (id, { note, type, value }) =>
      (await ask<{ readonly items: readonly Letter[] }>('POST', `${at(id)}/edit`, { note, message: { ...(type !== undefined && { type }), value } }, 'editedBy')).items,
    replay: (id, note, again = false) => ask<Letter>('POST', `${at(id)}/replay`, { note, again }, 'replayedBy'),
    drop: (id, reason) => ask<Letter>('POST', `${at(id)}/drop`, { reason }, 'droppedBy'),
  };
}
