import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { Dossier } from '../domain/task.ts';
import type { WorkingCalendar } from '../domain/working-calendar.ts';

/** What was asked about which order, and how it was decided. */
export interface TaskBook {
  /** Reads the dossiers of the orders named and locks their tasks until the transaction ends. An order never asked about has none. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Dossier>>;
  save(tx: Transaction, dossiers: readonly Dossier[]): Promise<void>;
  /** Orders with an open task whose deadline has passed, longest ago first, `atMost` of them. */
  overdue(tx: Transaction, now: Instant, atMost: number): Promise<readonly string[]>;
}

export interface Ports {
  readonly book: TaskBook;
  readonly calendar: WorkingCalendar;
  readonly log: Log;
}
