import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { SagaState } from '@order-mesh/saga';
import type { Move } from '../domain/happening.ts';
import type { CaseKind, OrderCase } from '../domain/order-case.ts';

/** An order's saga as it is kept; `version` goes up by one with each change. */
export interface KeptSaga {
  readonly state: SagaState;
  readonly version: number;
}

export interface SagaBook {
  /** Takes the rows for this batch: nobody else changes them until it ends. Orders not begun are absent. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, KeptSaga>>;
  /** Takes orders on these definitions whose timer is due, oldest first, leaving those that somebody else has taken. */
  loadDue(tx: Transaction, now: Instant, due: { readonly definitions: readonly string[]; readonly limit: number }): Promise<readonly KeptSaga[]>;
  /** Takes orders whose deadline was before this moment, and those that need a person, as far as they have no case yet. */
  loadStuck(tx: Transaction, before: Instant, limit: number): Promise<readonly KeptSaga[]>;
  /** Keeps new versions. Throws OFFSET_MOVED when one was begun elsewhere meanwhile, so that the batch is decided anew. */
  save(tx: Transaction, sagas: readonly KeptSaga[]): Promise<void>;
}

/** How many cases of a kind are not closed. */
export interface CaseCount {
  readonly kind: CaseKind;
  readonly open: number;
  readonly overdue: number;
}

/** Orders on their way that are at the same step in the same phase. */
export interface PlaceCount {
  readonly step: string;
  /** Of the step, or 'undoing'. */
  readonly phase: string;
  readonly count: number;
  readonly amountFen: number;
  /** When the one moved that has not for longest. */
  readonly movedAt: Instant;
  /** When the oldest of them began. */
  readonly startedAt: Instant;
}

export interface OrderCount {
  readonly orders: readonly PlaceCount[];
  readonly cases: readonly CaseCount[];
}

/** Whoever measures what happens to orders; told after the commit. */
export interface OrderWatch {
  moved(moves: readonly Move[]): void;
}

export interface CaseBook {
  /** Takes the cases for this batch; safe to change by whoever has loaded the orders. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderCase>>;
  /** Takes open cases of orders that were stuck at this moment and are not any more. */
  loadGoneOn(tx: Transaction, stuckBefore: Instant, limit: number): Promise<readonly OrderCase[]>;
  save(tx: Transaction, cases: readonly OrderCase[]): Promise<void>;
}
