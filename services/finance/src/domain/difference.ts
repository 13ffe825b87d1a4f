import { minutes, never, type Instant } from '@order-mesh/kernel';
import type { DifferenceChanged } from '@order-mesh/contracts';
import type { Found } from './books.ts';
import { repairInWords, type Repair } from './repair.ts';

/** Where a difference is in its life. Only what two looks have seen is open; only a look that does not see it any more ends it. */
export type DifferenceStatus = 'suspected' | 'open' | 'repairing' | 'repaired' | 'vanished' | 'accepted';

/** Plain data: it lives in a row. */
export interface Difference extends Found {
  readonly differenceId: string;
  /** Goes up with each change that is told; 0 while it is only suspected. */
  readonly version: number;
  readonly status: DifferenceStatus;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  /** The look that has seen it last. */
  readonly seenIn: string;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly note: string | null;
}

/** One reading of all the books. */
export interface Look {
  readonly id: string;
  readonly runId: string;
  readonly beganAt: Instant;
}

/** A repair that has not helped after so long has failed. */
export const REPAIR_WITHIN = minutes(5);

/** Takes in that a look has found the difference; the same look again changes nothing. */
export function see(known: Difference | undefined, found: Found & { readonly differenceId: string }, look: Look): Difference {
  if (known?.seenIn === look.id) return known;
  const seen = { ...found, lastSeenAt: look.beganAt, seenIn: look.id };
  const undecided = { decidedBy: null, decidedAt: null, note: null };
  if (!known || known.status === 'vanished' || known.status === 'repaired') {
    return { ...seen, ...undecided, status: 'suspected', version: known?.version ?? 0, firstSeenAt: look.beganAt };
  }
  const { firstSeenAt, decidedBy, decidedAt, note } = known;
  const version = known.version + 1;
  switch (known.status) {
    case 'suspected': return { ...seen, ...undecided, status: 'open', version, firstSeenAt };
    case 'open': return { ...seen, status: 'open', version, firstSeenAt, decidedBy, decidedAt, note };
    case 'repairing':
      if (look.beganAt < (decidedAt ?? 0) + REPAIR_WITHIN) return { ...seen, status: 'repairing', version, firstSeenAt, decidedBy, decidedAt, note };
      return { ...seen, ...undecided, status: 'open', version, firstSeenAt, note: `the repair that ${decidedBy ?? 'somebody'} had made has not helped; look at the log of the adapter` };
    case 'accepted':
      if (known.detail === found.detail) return { ...seen, status: 'accepted', version, firstSeenAt, decidedBy, decidedAt, note };
      return { ...seen, ...undecided, status: 'open', version, firstSeenAt, note: `it has changed since ${decidedBy ?? 'somebody'} accepted it` };
    default: return never(known.status);
  }
}

/** Takes in that a look has not found the difference; null when it was only suspected: nothing has been the matter. */
export function miss(known: Difference, look: Look): Difference | null {
  if (known.status === 'suspected') return known.version === 0 ? null : { ...known, status: 'vanished', seenIn: look.id };
  const status = known.status === 'repairing' ? 'repaired' : 'vanished';
  return { ...known, status, version: known.version + 1, seenIn: look.id };
}

/** Somebody decides to have it repaired; undefined when it is not open, or no machine may repair it. */
export function beginRepair(known: Difference, by: string, now: Instant): { readonly difference: Difference; readonly repair: Exclude<Repair, { readonly kind: 'by-hand' }> } | undefined {
  if (known.status !== 'open' || known.repair.kind === 'by-hand') return undefined;
  return { difference: { ...known, status: 'repairing', version: known.version + 1, decidedBy: by, decidedAt: now, note: null }, repair: known.repair };
}

/** Somebody decides to leave it as it is; undefined when it is not open. */
export function accept(known: Difference, { by, reason, now }: { readonly by: string; readonly reason: string; readonly now: Instant }): Difference | undefined {
  return known.status === 'open' ? { ...known, status: 'accepted', version: known.version + 1, decidedBy: by, decidedAt: now, note: reason } : undefined;
}

/** The difference as it is told. */
export function changedFrom(difference: Difference, runId: string): DifferenceChanged {
  const { differenceId, version, orderId, status, detail, evidence, repair, firstSeenAt, lastSeenAt, decidedBy, decidedAt, note } = difference;
  return {
    differenceId, version, runId, orderId, class: difference.class, status, detail, evidence, repair: repair.kind, repairSays: repairInWords(orderId, repair),
    firstSeenAt, lastSeenAt, decidedBy, decidedAt, note,
  };
}
