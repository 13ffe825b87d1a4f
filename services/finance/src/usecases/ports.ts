import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { Entry } from '../domain/entry.ts';

/** The ends of the series asked for, and the entries of the orders asked for. */
export interface LedgerPages {
  /** The last number of each series; 0 where it has none yet. */
  readonly ends: ReadonlyMap<number, number>;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Every confirmed order, numbered without gaps in each series. */
export interface Ledger {
  /** Reads the entries of the orders named and locks the ends of the series named until the transaction ends: nobody else may append to them before. */
  load(tx: Transaction, orderIds: readonly string[], series: readonly number[]): Promise<LedgerPages>;
  /** Appends entries that continue the numbers of their series where `load` saw the ends. Throws BROKEN_PROMISE otherwise. */
  append(tx: Transaction, entries: readonly Entry[]): Promise<void>;
}

export interface Ports {
  readonly ledger: Ledger;
  /** The series an order is numbered in. Orders of one series are numbered one batch after the other, so it should follow what batches are made of: partitions. */
  readonly seriesOf: (orderId: string) => number;
  readonly log: Log;
}
