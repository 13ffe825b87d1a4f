import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { SagaState } from '@order-mesh/saga';

/** An order's saga as it is kept; `version` goes up by one with each change. */
export interface KeptSaga {
  readonly state: SagaState;
  readonly version: number;
}

export interface SagaBook {
  /** Takes the rows for this batch: nobody else changes them until it ends. Orders not begun are absent. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, KeptSaga>>;
  /** Takes orders whose timer is due, oldest first, leaving those that somebody else has taken. */
  loadDue(tx: Transaction, now: Instant, limit: number): Promise<readonly KeptSaga[]>;
  /** Keeps new versions. Throws OFFSET_MOVED when one was begun elsewhere meanwhile, so that the batch is decided anew. */
  save(tx: Transaction, sagas: readonly KeptSaga[]): Promise<void>;
}
