import type { Entry } from './act.ts';

/** The HMAC-SHA256 of a text under the key of the chain, in 64 hexadecimal digits. */
export type Mac = (text: string) => string;

/** A row as it lies in the chain. */
export interface SealedEntry extends Entry {
  /** The mac of the row before it. */
  readonly previous: string;
  readonly mac: string;
}

/** What stands before the first row. */
export const GENESIS = '0'.repeat(64);

/** Where the chain ends, as the table says beside its rows. */
export interface Head {
  /** Of the last row; 0 where there is none. */
  readonly position: number;
  readonly mac: string;
  /** The last position that was anchored; 0 before the first time. */
  readonly anchoredPosition: number;
  /** Of the key that the chain was begun with; null before its first row. */
  readonly keyPrint: string | null;
}

/** Puts rows, numbered one after the other, behind what ends with `previous`. */
export function sealAll(entries: readonly Entry[], previous: string, mac: Mac): readonly SealedEntry[] {
  let last = previous;
  return entries.map((entry) => {
    const sealed = { ...entry, previous: last, mac: macOf(entry, last, mac) };
    last = sealed.mac;
    return sealed;
  });
}

/** The mac that a row must have behind `previous`. */
export const macOf = (entry: Entry, previous: string, mac: Mac): string => mac(`${previous}\n${canonical(entry)}`);

/** Tells one key from another, and nothing else of it: it may lie in the database. */
export const printOf = (mac: Mac): string => mac('the key of the audit log').slice(0, 16);

/** A row in one form only: two rows that differ anywhere differ here. */
function canonical({ position, at, actor, act, subject, orderId, fact, messageType, messageId, details }: Entry): string {
  return JSON.stringify([position, at, actor, act, subject, orderId, fact, messageType, messageId, details]);
}
