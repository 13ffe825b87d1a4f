import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { DifferenceItem } from '../domain/reconciliation-view.ts';
import type { ReconciliationViews } from './ports.ts';

interface Wish {
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
  readonly trace: Trace;
  readonly by: string;
}

export interface RunWish extends Wish {
  /** 0 for as many as finance is set to. */
  readonly days: number;
}

export interface RepairWish extends Wish {
  readonly differenceId: string;
  /** Only say what would be done. */
  readonly isDryRun: boolean;
}

export interface AcceptWish extends Wish {
  readonly differenceId: string;
  readonly reason: string;
}

export type RunAsked = { readonly type: 'asked'; readonly runId: string } | { readonly type: 'under-way' };

export type DifferenceAsked =
  | { readonly type: 'asked'; readonly item: DifferenceItem }
  | { readonly type: 'unknown' }
  | { readonly type: 'closed'; readonly why: string }
  | { readonly type: 'by-hand'; readonly advice: string };

interface Means {
  readonly reconciliations: ReconciliationViews;
  readonly log: Log;
}

export type StartRun = (wish: RunWish, unit: Unit) => Promise<RunAsked>;
export type RepairDifference = (wish: RepairWish, unit: Unit) => Promise<DifferenceAsked>;
export type AcceptDifference = (wish: AcceptWish, unit: Unit) => Promise<DifferenceAsked>;

/** Has the books compared, unless they are being compared. */
export const startRun = ({ reconciliations, log }: Means): StartRun => async ({ requestId: runId, trace, by, days }, unit) => {
  if (await reconciliations.isRunning(unit.tx)) return { type: 'under-way' };
  unit.send({ type: 'StartReconciliation', value: { runId, days, requestedBy: by, requestedAt: unit.now } }, { id: `http/reconcile/${runId}`, trace });
  log.info('reconciliation asked for', { runId, by });
  return { type: 'asked', runId };
};

/** Has a difference repaired by the repair it was found with; a dry run only gives it. */
export const repairDifference = ({ reconciliations, log }: Means): RepairDifference => async ({ differenceId, isDryRun, by, requestId, trace }, unit) => {
  const known = await find(reconciliations, differenceId, unit);
  if (known.type !== 'asked' || isDryRun) return known;
  const { repair } = known.item;
  if (!repair.automatic) return { type: 'by-hand', advice: repair.says };
  unit.send({ type: 'RepairDifference', value: { differenceId, repairedBy: by, requestedAt: unit.now } }, { id: `http/repair/${requestId}`, trace });
  log.info('difference is to be repaired', { differenceId, orderId: known.item.orderId, by });
  return known;
};

/** Has a difference left as it is. */
export const acceptDifference = ({ reconciliations, log }: Means): AcceptDifference => async ({ differenceId, by, reason, requestId, trace }, unit) => {
  const known = await find(reconciliations, differenceId, unit);
  if (known.type !== 'asked') return known;
  unit.send({ type: 'AcceptDifference', value: { differenceId, acceptedBy: by, reason, requestedAt: unit.now } }, { id: `http/accept/${requestId}`, trace });
  log.info('difference is to be accepted', { differenceId, orderId: known.item.orderId, by });
  return known;
};

async function find(reconciliations: ReconciliationViews, differenceId: string, unit: Unit): Promise<DifferenceAsked> {
  const item = await reconciliations.findDifference(unit.tx, differenceId);
  if (!item) return { type: 'unknown' };
  if (item.status === 'open') return { type: 'asked', item };
  if (item.status === 'repairing') return { type: 'closed', why: `${item.decidedBy ?? 'somebody'} is having it repaired; the next reconciliation tells whether it has helped` };
  return { type: 'closed', why: `it is ${item.status}${item.decidedBy === null ? '' : ` by ${item.decidedBy}`}` };
}
