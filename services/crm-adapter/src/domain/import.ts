import type { MessageOf, Policy } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { CrmOrder } from './crm-order.ts';
import { reviewOrder, SOURCE, type Reviewed } from './review.ts';

/** Which of the orders that stand in the CRM already are to be taken on. */
export interface Wanted {
  /** Only orders activated since then; null for all of them. */
  readonly since: Instant | null;
  readonly status: string;
}

/** An import as it stands. What is stopped or failed keeps its place. */
export interface Import extends Wanted {
  readonly importId: string;
  /** Judges the orders and tells nobody of them. */
  readonly dryRun: boolean;
  readonly state: 'active' | 'stopped' | 'completed' | 'failed';
  /** Counts up by one with each change. */
  readonly revision: number;
  /** Null before the CRM was asked for the list. */
  readonly place: Place | null;
  /** Orders on the list; null before the CRM has made it. */
  readonly total: number | null;
  readonly counts: Counts;
  readonly reasons: readonly Reason[];
  /** What it waits for, or why it failed. */
  readonly detail: string;
  readonly requestedBy: string;
  readonly startedAt: Instant;
}

/** Where to go on: on this page of the list, after so many of its orders. */
export interface Place {
  readonly listId: string;
  /** Null for the first page. */
  readonly page: string | null;
  readonly taken: number;
}

export interface Counts {
  readonly placed: number;
  readonly known: number;
  readonly unacceptable: number;
  readonly passedOver: number;
}

export interface Reason {
  readonly reason: string;
  readonly count: number;
  readonly example: string;
}

/** What the orders of one stretch of the list came to. */
export interface Stretch {
  readonly counts: Counts;
  readonly unacceptable: readonly MessageOf<'OrderUnacceptable'>['value'][];
}

export function begin({ importId, since, status, dryRun, requestedBy, requestedAt }: MessageOf<'StartImport'>['value']): Import {
  return {
    importId, since, status, dryRun, state: 'active', revision: 1, place: null, total: null, counts: { placed: 0, known: 0, unacceptable: 0, passedOver: 0 }, reasons: [], detail: '',
    requestedBy, startedAt: requestedAt,
  };
}

/** The import after a change; without one of its detail there is nothing to say of it. */
export function changed(before: Import, change: Partial<Omit<Import, 'importId' | 'revision'>>): Import {
  return { ...before, detail: '', ...change, revision: before.revision + 1 };
}

/** Judges what was read of orders by what is wanted of them; those that no longer stand so, or are gone, are left out. */
export function judge(orders: readonly CrmOrder[], { status }: Wanted, policy: Policy['order']): readonly Reviewed[] {
  return orders.filter((order) => order.status === status).map((order) => reviewOrder(order, policy));
}

/** The import after one more stretch of the list. */
export function advance(before: Import, { counts, unacceptable }: Stretch, place: Place): Import {
  const sum = (name: keyof Counts): number => before.counts[name] + counts[name];
  return changed(before, {
    place, reasons: unacceptable.reduce(withReasons, before.reasons),
    counts: { placed: sum('placed'), known: sum('known'), unacceptable: sum('unacceptable'), passedOver: sum('passedOver') },
  });
}

/** What the mesh is told of an import. */
export function told({ importId, state, since, status, dryRun, revision, total, counts, reasons, detail, requestedBy, startedAt }: Import, at: Instant): MessageOf<'ImportAdvanced'> {
  const { placed, known, unacceptable, passedOver } = counts;
  return {
    type: 'ImportAdvanced',
    value: {
      importId, system: SOURCE, revision, state: state === 'active' ? phaseOf(total) : state, since, status, dryRun, total, seen: placed + known + unacceptable + passedOver,
      ...counts, reasons: [...reasons].sort((one, other) => other.count - one.count), detail, requestedBy, startedAt, at,
    },
  };
}

const phaseOf = (total: number | null): 'listing' | 'running' => (total === null ? 'listing' : 'running');

const MOST_REASONS = 20;
const OTHER = 'other faults';

// `line 3: the price 1.005 is too fine` and `line 1: the price 0.333 is too fine` are one reason
function withReasons(known: readonly Reason[], { orderId, reasons }: Stretch['unacceptable'][number]): readonly Reason[] {
  const kinds = new Set(reasons.map((reason) => reason.replaceAll(/-?\d+(?:\.\d+)?/g, 'N')));
  return [...kinds].reduce((all, kind) => withOne(all, kind, orderId), known);
}

function withOne(known: readonly Reason[], kind: string, orderId: string): readonly Reason[] {
  const reason = known.length < MOST_REASONS || known.some((one) => one.reason === kind) ? kind : OTHER;
  if (!known.some((one) => one.reason === reason)) return [...known, { reason, count: 1, example: orderId }];
  return known.map((one) => (one.reason === reason ? { ...one, count: one.count + 1 } : one));
}
