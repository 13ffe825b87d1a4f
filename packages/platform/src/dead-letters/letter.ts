import type { Instant } from '@order-mesh/kernel';
import type { Fault, JsonMessage, LetterReason, ReasonClass } from '@order-mesh/messaging';

/**
 * Where a letter stands. `open` waits for a person; `edited`: a copy carries on; `replaying` until its service has taken it;
 * `settled`: it has; `failed-again`: it could not, and a new letter carries on; `dropped` by a person.
 */
export const letterStatuses = ['open', 'edited', 'replaying', 'settled', 'failed-again', 'dropped'] as const;
export type LetterStatus = (typeof letterStatuses)[number];

/** A record that a service could not take. */
export interface Letter {
  readonly id: string;
  readonly status: LetterStatus;
  /** The service that could not take it. */
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly orderId: string | null;
  readonly reason: LetterReason;
  readonly reasonClass: ReasonClass;
  /** What failed. */
  readonly detail: string;
  /** What to do about it. */
  readonly advice: string;
  /** How often it was tried, replays included. */
  readonly attempts: number;
  readonly at: Instant;
  readonly sizeBytes: number;
  /** The type and the sender that its headers name. */
  readonly type: string | null;
  readonly sender: string | null;
  /** What the first record of its lineage was called, and where it lay (topic/partition/offset). */
  readonly originalId: string;
  readonly original: string;
  /** Whether a person wrote it; `parentId` is then the letter it was made from, else the one whose replay it was. */
  readonly edited: boolean;
  readonly parentId: string | null;
  /** Who edited, replayed or dropped it, when, and why. */
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly note: string | null;
  /** When its replay was taken, or failed again. */
  readonly settledAt: Instant | null;
}

export interface LetterDetail {
  readonly letter: Letter;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer | null;
  /** The message in words a person can edit; null when the bytes do not tell. */
  readonly message: JsonMessage | null;
  /** The letter and all it came from or led to, oldest first. */
  readonly lineage: readonly Letter[];
  /** Open letters of the same record at other services. */
  readonly elsewhere: readonly Letter[];
}

export interface LetterFilter {
  readonly status?: LetterStatus;
  readonly service?: string;
  readonly topic?: string;
  readonly reasonClass?: ReasonClass;
  readonly orderId?: string;
  /** Topic/partition/offset of the first record of the lineage. */
  readonly original?: string;
  readonly since?: Instant;
  /** Part of what failed, of the key, or of the message's type. */
  readonly text?: string;
  /** Only letters older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/** Who decides about a letter, and why. */
export interface LetterDecision {
  readonly by: string;
  readonly note: string;
}

export type NotDone = { readonly type: 'unknown' } | { readonly type: 'closed'; readonly why: string };
export type Edited = NotDone | { readonly type: 'invalid'; readonly faults: readonly Fault[] } | { readonly type: 'edited'; readonly copies: readonly Letter[] };
export type Replayed = NotDone | { readonly type: 'replaying'; readonly letter: Letter };
export type Dropped = NotDone | { readonly type: 'dropped'; readonly letter: Letter };

/** The dead letters of every service that shares this database, to be worked with. Each decision is told (`LetterDecided`) in the transaction that makes it. */
export interface DeadLetters {
  /** Newest first. */
  list(filter: LetterFilter): Promise<readonly Letter[]>;
  /** Open letters with a higher number than this one (all of them for null), since a moment; oldest first. A number may appear a moment after a higher one: both were written at once. */
  openAfter(id: string | null, most: { readonly since: Instant; readonly limit: number }): Promise<readonly Letter[]>;
  find(id: string): Promise<LetterDetail | null>;
  /**
   * Makes a copy with another message in it, for every service that could not take the same record. The copies are open; the letters they
   * were made from stay as they were and are closed. The message must belong on the topic and keep the key.
   */
  edit(id: string, message: { readonly type: string; readonly value: unknown }, decision: LetterDecision): Promise<Edited>;
  /**
   * Publishes the record again to its topic and partition, for its service alone; committed together with the status. The letter is settled
   * by that service, in the transaction that takes the record. Repeat it as you like: only an open letter is sent, unless `again` says that
   * one on its way was lost (its topic was created anew, say); of several copies one is taken.
   */
  replay(id: string, decision: LetterDecision, again?: boolean): Promise<Replayed>;
  drop(id: string, decision: LetterDecision): Promise<Dropped>;
}

/** Why nothing can be done with a letter any more, in words; null while something can. */
export function whyClosed({ id, status, decidedBy, note }: Letter): string | null {
  switch (status) {
    case 'open': return null;
    case 'edited': return `letter ${id} was edited by ${decidedBy ?? ''}; its copy carries on`;
    case 'replaying': return `letter ${id} is on its way to its service, sent by ${decidedBy ?? ''}; it shows what became of it. If the record was lost with its topic, replay it again`;
    case 'settled': return `letter ${id} is settled: its service has taken it`;
    case 'failed-again': return `letter ${id} failed again; the letter after it carries on`;
    case 'dropped': return `letter ${id} was dropped by ${decidedBy ?? ''}: ${note ?? ''}`;
  }
}
