import type { Instant } from '@order-mesh/kernel';

/** When a message was sent, and its id: puts any two messages in the same order, however they arrive. */
export interface Stamp {
  readonly at: Instant;
  readonly id: string;
}

/** Whichever was sent first; the known one when both are the same message. */
export function earliest<Fact extends Stamp>(known: Fact | null, heard: Fact): Fact {
  return known && !isBefore(heard, known) ? known : heard;
}

/** Whichever was sent last; the known one when both are the same message. */
export function latest<Fact extends Stamp>(known: Fact | null, heard: Fact): Fact {
  return known && !isBefore(known, heard) ? known : heard;
}

function isBefore(one: Stamp, other: Stamp): boolean {
  return one.at === other.at ? one.id < other.id : one.at < other.at;
}

const LAST_INSTANT = Date.UTC(9999, 11, 31);

/** An instant that every calendar can show, whatever a foreign record says. */
export function sane(instant: Instant): Instant {
  return Number.isFinite(instant) ? Math.trunc(Math.min(Math.max(instant, 0), LAST_INSTANT)) : 0;
}
