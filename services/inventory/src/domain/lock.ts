import type { LockStock, MessageOf, StockLockLine } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { promiseStock, type ShelfOf } from './promise.ts';

/** What became of one order's ask for stock. */
export type Lock = LockedStock | CommittedStock | ExpiredLock | RefusedLock | ReleasedLock;

export interface LockedStock {
  readonly status: 'locked';
  readonly orderId: string;
  readonly lines: readonly StockLockLine[];
  /** Given back then, unless the order is confirmed before. */
  readonly expiresAt: Instant;
  /** How often the order was amended before. */
  readonly revision: number;
}

/** The order is confirmed: the goods are its own until they leave. */
export interface CommittedStock {
  readonly status: 'committed';
  readonly orderId: string;
  readonly lines: readonly StockLockLine[];
  readonly revision: number;
}

export interface ExpiredLock {
  readonly status: 'expired';
  readonly orderId: string;
  readonly lines: readonly StockLockLine[];
  readonly revision: number;
}

export interface RefusedLock {
  readonly status: 'refused';
  readonly orderId: string;
  readonly reason: string;
  readonly detail: string;
  readonly revision: number;
}

/** Undone for good: an ask that comes later was overtaken and is not carried out. */
export interface ReleasedLock {
  readonly status: 'released';
  readonly orderId: string;
}

/** What a decision changes: the lock, and the lines to take from the shelves or to put back. */
export interface Change {
  readonly lock: Lock;
  readonly move: 'reserve' | 'give-back';
  readonly lines: readonly StockLockLine[];
}

/** Answers an ask for stock that was not heard before. */
export function lockStock({ orderId, lines, revision }: LockStock, shelfOf: ShelfOf, expiresAt: Instant): Change {
  const decision = promiseStock(lines, shelfOf);
  if (decision.type === 'refused') return { lock: { status: 'refused', orderId, ...decision.refusal, revision }, move: 'reserve', lines: [] };
  return { lock: { status: 'locked', orderId, lines: decision.lines, expiresAt, revision }, move: 'reserve', lines: decision.lines };
}

/** Whether an ask is of an order that was amended since the lock was decided. */
export const isAmendment = (known: Lock, { revision }: LockStock): known is LockedStock | RefusedLock => (
  (known.status === 'locked' || known.status === 'refused') && revision > known.revision);

/** Gives the stock of an order back; an order that never asked is remembered as released. */
export function releaseStock(known: Lock | undefined, orderId: string): Change {
  return { lock: { status: 'released', orderId }, move: 'give-back', lines: known ? reservedBy(known) : [] };
}

/** The order is confirmed: its stock no longer expires. A lock that had expired is taken again, for the goods are sold. */
export function commitStock({ status, orderId, lines, revision }: LockedStock | ExpiredLock): Change {
  return { lock: { status: 'committed', orderId, lines, revision }, move: 'reserve', lines: status === 'expired' ? lines : [] };
}

/** Whether a lock has run out. */
export const isOverdue = (lock: Lock, now: Instant): lock is LockedStock => lock.status === 'locked' && lock.expiresAt <= now;

/** Gives back what was promised too long ago. */
export function expireLock({ orderId, lines, revision }: LockedStock): Change {
  return { lock: { status: 'expired', orderId, lines, revision }, move: 'give-back', lines };
}

/** The event that tells the orchestrator how its ask, of this revision, stands. */
export function answerOf(lock: Lock, asked: number): MessageOf<'StockLocked'> | MessageOf<'StockRefused'> {
  const { orderId } = lock;
  switch (lock.status) {
    case 'locked':
    case 'committed': return { type: 'StockLocked', value: { orderId, locks: lock.lines, revision: lock.revision } };
    case 'refused': return { type: 'StockRefused', value: { orderId, reason: lock.reason, detail: lock.detail, revision: lock.revision } };
    case 'expired': return refused(orderId, asked, { reason: 'expired', detail: 'the stock was promised for too long and has been given back' });
    case 'released': return refused(orderId, asked, { reason: 'withdrawn', detail: 'the stock of this order was given back; what is undone stays undone' });
    default: return never(lock);
  }
}

const reservedBy = (lock: Lock): readonly StockLockLine[] => (lock.status === 'locked' || lock.status === 'committed' ? lock.lines : []);

const refused = (orderId: string, revision: number, why: { readonly reason: string; readonly detail: string }): MessageOf<'StockRefused'> => ({ type: 'StockRefused', value: { orderId, ...why, revision } });
