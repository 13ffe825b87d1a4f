import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { Entry } from '../domain/entry.ts';

/** The end of the ledger, and the entries of the orders asked for. */
export interface LedgerPages {
  readonly lastEntryNo: number;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Every confirmed order, numbered without gaps. */
export interface Ledger {
  /** Reads the entries of the orders named and locks the end of the ledger until the transaction ends: nobody else may append before. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<LedgerPages>;
  /** Appends entries that continue the numbers where `load` saw the end. Throws BROKEN_PROMISE otherwise. */
  append(tx: Transaction, entries: readonly Entry[]): Promise<void>;
}

export interface Ports {
  readonly ledger: Ledger;
  readonly log: Log;
}
