import type { Instant } from '@order-mesh/kernel';

/** What somebody did, in the words of the log. */
export interface Act {
  /** Who did it: a person, or the part of the mesh that did it by itself. */
  readonly actor: string;
  readonly act: string;
  /** What it was done to: a kind and a number, never words of a person. */
  readonly subject: string;
  readonly orderId: string | null;
  readonly details: Details;
  /** The name of what was done, where more than one message tells of it; else the message's own number serves. */
  readonly fact?: string;
}

export type Details = Readonly<Record<string, string | number | boolean | null>>;

/** One row of the log, before it is chained. */
export interface Entry {
  /** 1, 2, 3… without gaps. */
  readonly position: number;
  readonly at: Instant;
  readonly actor: string;
  readonly act: string;
  readonly subject: string;
  readonly orderId: string | null;
  /** What was told, under one name however often it is told. */
  readonly fact: string;
  readonly messageType: string;
  readonly messageId: string;
  /** Canonical JSON. */
  readonly details: string;
}

/** The message that told of an act. */
export interface Told {
  readonly type: string;
  readonly id: string;
  readonly at: Instant;
}

/** The act as it is to be kept at a position: without telephone numbers, and without what PostgreSQL cannot hold. `now` stands in for a time nobody can have meant. */
export function entryOf({ actor, act, subject, orderId, details, fact }: Act, { type, id, at }: Told, { position, now }: { readonly position: number; readonly now: Instant }): Entry {
  return {
    position, at: at >= 0 && at < END_OF_TIME ? at : now, actor: short(kept(actor)), act, subject: short(printable(subject)), orderId: orderId === null ? null : short(printable(orderId)),
    fact: printable(fact ?? id), messageType: type, messageId: printable(id), details: canonicalDetails(details),
  };
}

/** The name that an act is known under. */
export const factOf = ({ fact }: Act, { id }: Pick<Told, 'id'>): string => printable(fact ?? id);

const END_OF_TIME: Instant = Date.UTC(10_000, 0);
/** Longer than any name; an index takes no longer text. */
const LONGEST = 200;
const LONGEST_DETAIL = 2_000;

function canonicalDetails(details: Details): string {
  const entries = Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? kept(value).slice(0, LONGEST_DETAIL).toWellFormed() : value] as const);
  return JSON.stringify(Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))));
}

const short = (text: string): string => text.slice(0, LONGEST).toWellFormed();
const kept = (text: string): string => withoutPhones(printable(text));

/** A zero byte and half a character cannot be kept. */
const printable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

const MOBILE = /(?<!\d)((?:\+|00)?(?:86[ -]?)?)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)/g;

/** People write numbers into remarks: 138****5678. */
const withoutPhones = (text: string): string => text.replaceAll(MOBILE, '$1$2****$3');
