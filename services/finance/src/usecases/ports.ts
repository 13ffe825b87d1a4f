import type { Clock, Duration, Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log, Submit } from '@order-mesh/platform';
import type { Books } from '../domain/books.ts';
import type { Difference, Look } from '../domain/difference.ts';
import type { Entry } from '../domain/entry.ts';
import type { Run, Side } from '../domain/run.ts';

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

/** Whoever measures what is entered; told after the commit. */
export interface LedgerWatch {
  entered(entries: readonly Entry[]): void;
}

export interface Ports {
  readonly ledger: Ledger;
  /** The series an order is numbered in. Orders of one series are numbered one batch after the other, so it should follow what batches are made of: partitions. */
  readonly seriesOf: (orderId: string) => number;
  readonly watch: LedgerWatch;
  readonly log: Log;
}

/** The reconciliations: at most one is under way. */
export interface RunBook {
  /** The run under way; nobody else changes it until the transaction ends. */
  load(tx: Transaction): Promise<Run | null>;
  /** Keeps a run. Throws when another one was begun meanwhile. */
  save(tx: Transaction, run: Run): Promise<void>;
  /** Forgets runs that ended, and differences that went, before this moment. */
  forget(tx: Transaction, before: Instant): Promise<void>;
  /** How things stand, outside of any batch. */
  look(): Promise<{ readonly run: Run | null; readonly lastStartedAt: Instant | null; readonly openDifferences: number }>;
}

/** What one book says of an order; in the ERP's, `item` is the code of a document. Plain JSON, amounts in digits. */
export interface StatementLine {
  readonly orderId: string;
  readonly item: string;
  readonly content: object;
}

/** The statements of the look under way. */
export interface StatementBook {
  empty(tx: Transaction): Promise<void>;
  /** A line told twice is kept as it was told last. */
  add(tx: Transaction, side: Side, lines: readonly StatementLine[]): Promise<void>;
  /** All orders that any statement names, with what each book and the ledger say of them, in pages; outside of any batch. */
  books(): AsyncIterable<readonly Books[]>;
}

export interface DifferenceBook {
  /** Nobody else changes what is found until the transaction ends. */
  load(tx: Transaction, differenceIds: readonly string[]): Promise<ReadonlyMap<string, Difference>>;
  /** Those of the period that have not gone and that this look has not seen. */
  loadMissed(tx: Transaction, missed: { readonly look: Look; readonly from: Instant; readonly limit: number }): Promise<readonly Difference[]>;
  save(tx: Transaction, differences: readonly Difference[]): Promise<void>;
  remove(tx: Transaction, differenceIds: readonly string[]): Promise<void>;
  /** Those that this look has seen for the first time, and all that wait for somebody or something. */
  count(tx: Transaction, look: Look): Promise<{ readonly suspected: number; readonly open: number }>;
}

export interface ReconciliationRules {
  /** Books are compared so often; 0: only when somebody asks. */
  readonly reconcileEvery: Duration;
  /** Orders placed on so many days are compared, today included. */
  readonly reconcileDays: number;
  /** What moved so short a time before a look is left to the next one. */
  readonly grace: Duration;
  /** What the first look finds is looked at again after so long. */
  readonly secondLookAfter: Duration;
  /** A book that has not been read after so long is given up. */
  readonly giveUpAfter: Duration;
}

export interface ReconciliationPorts {
  readonly runs: RunBook;
  readonly statements: StatementBook;
  readonly differences: DifferenceBook;
  readonly submit: Submit;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: ReconciliationRules;
}
