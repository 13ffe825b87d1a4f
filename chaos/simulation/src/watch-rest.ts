import type { MemoryBroker } from './broker/memory-broker.ts';
import type { Snapshot } from './check/snapshot.ts';
import type { MemoryDatabase } from './database/connection.ts';
import { isOpen } from './database/particulars/calls.ts';
import type { Row } from './database/tables.ts';
import type { Fleet } from './mesh/fleet.ts';
import { START } from './scenario.ts';
import type { Timeline } from './virtual/timeline.ts';

const LOOK_EVERY_MS = 500;
const LOOKS_IN_A_ROW = 2;
/** Longer than any wait of the product ends by itself: a contract has seven days. */
const MOST_VIRTUAL_MS = 9 * 24 * 3_600_000;
const LEAP_FROM_MS = 3_000;
const LEAP_SHORT_MS = 1_000;
const RUNNING: ReadonlySet<unknown> = new Set([undefined, 'running', 'undoing']);

/** What is looked at. */
export interface Watched {
  readonly timeline: Timeline;
  readonly database: MemoryDatabase;
  readonly broker: MemoryBroker;
  readonly fleet: Fleet;
  readonly orderIds: readonly string[];
}

/** Watches a run until it is at rest, and lets time leap to the next deadline where nothing but polls would happen until then. */
export class RestWatch {
  /** Why it came to rest; null while it has not. */
  rest: Snapshot['rest'] | null = null;
  readonly #watched: Watched;
  #quietLooks = 0;
  #lastInputAt = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Something comes from outside at that moment: it is not over before. */
  expectInput(at: number): void {
    this.#lastInputAt = Math.max(this.#lastInputAt, at);
  }

  start(): void {
    this.#watched.timeline.timer(LOOK_EVERY_MS, () => { this.#look(); });
  }

  /** Is it over? And if nothing happens for long, why wait? */
  #look(): void {
    const { timeline } = this.#watched;
    const isSettled = timeline.now > this.#lastInputAt && this.#isCalm();
    this.#quietLooks = isSettled && this.#isDone() ? this.#quietLooks + 1 : 0;
    if (this.#quietLooks >= LOOKS_IN_A_ROW) this.rest = 'quiet';
    if (timeline.now - START > MOST_VIRTUAL_MS) this.rest = 'out of patience';
    const next = isSettled && this.#quietLooks === 0 ? Math.min(timeline.nextActive, this.#nextDeadline()) : 0;
    if (next > timeline.now + LEAP_FROM_MS && next < Infinity) timeline.now = next - LEAP_SHORT_MS;
    this.start();
  }

  #isCalm(): boolean {
    const { fleet, database, broker } = this.#watched;
    return fleet.isUp && database.openTransactions === 0 && database.table('messaging.outbox').rows.size === 0
      && [...broker.groups.values()].every((group) => group.isThrough());
  }

  #isDone(): boolean {
    const { rows: sagas } = this.#watched.database.table('order_orchestrator.saga');
    return this.#watched.orderIds.every((orderId) => !RUNNING.has(sagas.get(orderId)?.['status'])) && !this.#rows('outbound.call').some(isOpen);
  }

  #nextDeadline(): number {
    const moments = (name: string, column: string, filter: (row: Row) => boolean = () => true): readonly number[] => (
      this.#rows(name).flatMap((row) => (filter(row) && typeof row[column] === 'number' ? [row[column]] : [])));
    return Math.min(
      ...moments('order_orchestrator.saga', 'deadline'), ...moments('contract.contract', 'next_check_at'), ...moments('inventory.stock_lock', 'expires_at'),
      ...['remind_at', 'escalate_at', 'deadline'].flatMap((moment) => moments('approvals.task', moment, ({ status }) => status === 'open')), ...moments('outbound.call', 'next_at', isOpen));
  }

  #rows(table: string): readonly Row[] {
    return [...this.#watched.database.table(table).rows.values()];
  }
}
