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
}

/** The order is confirmed: the goods are its own until they leave. */
export interface CommittedStock {
  readonly status: 'committed';
  readonly orderId: string;
  readonly lines: readonly StockLockLine[];
}

export interface ExpiredLock {
  readonly status: 'expired';
  readonly orderId: string;
  readonly lines: readonly StockLockLine[];
}

export interface RefusedLock {
  readonly status: 'refused';
  readonly orderId: string;
  readonly reason: string;
  readonly detail: string;
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
export function lockStock({ orderId, lines }: LockStock, shelfOf: ShelfOf, expiresAt: Instant): Change {
  const decision = promiseStock(lines, shelfOf);
  if (decision.type === 'refused') return { lock: { status: 'refused', orderId, ...decision.refusal }, move: 'reserve', lines: [] };
  return { lock: { status: 'locked', orderId, lines: decision.lines, expiresAt }, move: 'reserve', lines: decision.lines };
}

/** Gives the stock of an order back; an order that never asked is remembered as released. */
export function releaseStock(known: Lock | undefined, orderId: string): Change {
  return { lock: { status: 'released', orderId }, move: 'give-back', lines: known ? reservedBy(known) : [] };
}

/** The order is confirmed: its stock no longer expires. A lock that had expired is taken again, for the goods are sold. */
export function commitStock({ status, orderId, lines }: LockedStock | ExpiredLock): Change {
  return { lock: { status: 'committed', orderId, lines }, move: 'reserve', lines: status === 'expired' ? lines : [] };
}

/** Whether a lock has run out. */
export const isOverdue = (lock: Lock, now: Instant): lock is LockedStock => lock.status === 'locked' && lock.expiresAt <= now;

/** Gives back what was promised too long ago. */
export function expireLock({ orderId, lines }: LockedStock): Change {
  return { lock: { status: 'expired', orderId, lines }, move: 'give-back', lines };
}

/** The event that tells the orchestrator how its ask stands. */
export function answerOf(lock: Lock): MessageOf<'StockLocked'> | MessageOf<'StockRefused'> {
  const { orderId } = lock;
  switch (lock.status) {
    case 'locked':
    case 'committed': return { type: 'StockLocked', value: { orderId, locks: lock.lines } };
    case 'refused': return { type: 'StockRefused', value: { orderId, reason: lock.reason, detail: lock.detail } };
    case 'expired': return refused(orderId, 'expired', 'the stock was promised for too long and has been given back');
    case 'released': return refused(orderId, 'withdrawn', 'the stock of this order was given back; what is undone stays undone');
    default: return never(lock);
  }
}

const reservedBy = (lock: Lock): readonly StockLockLine[] => (lock.status === 'locked' || lock.status === 'committed' ? lock.lines : []);

const refused = (orderId: string, reason: string, detail: string): MessageOf<'StockRefused'> => ({ type: 'StockRefused', value: { orderId, reason, detail } });
