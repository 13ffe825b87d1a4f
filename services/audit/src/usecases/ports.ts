import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { Head, Mac, SealedEntry } from '../domain/chain.ts';

/** The chain of all acts: it only grows. */
export interface ChainBook {
  /** Where the chain ends, and which of these facts stand in it; nobody else appends or anchors until the transaction ends. */
  load(tx: Transaction, facts: readonly string[]): Promise<{ readonly head: Head; readonly known: ReadonlySet<string> }>;
  /** The row at the end of the table, as it stands there; null where there is none. */
  last(tx: Transaction): Promise<SealedEntry | null>;
  /** Appends rows that continue the chain where `load` saw its end. Throws BROKEN_PROMISE otherwise. */
  append(tx: Transaction, rows: readonly SealedEntry[], keyPrint: string): Promise<void>;
  /** Notes that the chain is anchored up to there. */
  noteAnchor(tx: Transaction, position: number, at: Instant): Promise<void>;
}

export interface Ports {
  readonly chain: ChainBook;
  readonly mac: Mac;
  readonly log: Log;
}
