import type { Rows, Statement } from '@order-mesh/platform';
import type { Owner, Timeline } from '../virtual/timeline.ts';
import { SqlError, type Lockable, type Session } from './definition.ts';
import { definitionOf } from './statements.ts';
import type { LockHolder, Row, RowLock, Table } from './tables.ts';

/** What a session needs of the database, and of the process it works for. */
export interface Connection {
  readonly owner: Owner;
  readonly timeline: Timeline;
  table(name: string): Table;
  nextId(): bigint;
  begin(): Promise<Rows>;
  /** Whether the next statement gets through unharmed. */
  isClear(): boolean;
  /** A statement did. */
  passed(): void;
  statement(run: () => Promise<Rows>): Promise<Rows>;
  commit(settle: () => void): Promise<Rows>;
  committed(table: Table, page: ReadonlyMap<string, Row | null>): void;
}

const NOTHING: readonly never[] = [];
const LOCK_TIMEOUT_MS = 10_000;

/**
 * One transaction, READ COMMITTED: it sees what is committed and what it wrote itself, and a row it writes or reads `for update` is its own
 * until it ends. Statements run one after the other, as they were asked.
 */
export class OpenSession implements Session, LockHolder {
  waitsFor: RowLock | null = null;
  readonly #connection: Connection;
  readonly #timeline: Timeline;
  readonly #written = new Map<Table, Map<string, Row | null>>();
  readonly #held: Lockable[] = [];
  #underWay = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #accident: unknown;
  #state: 'open' | 'failed' | 'ended' = 'open';

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#timeline = connection.timeline;
  }

  get owner(): Owner {
    return this.#connection.owner;
  }

  get now(): number {
    return this.#timeline.now;
  }

  execute(statement: Statement): Promise<Rows> {
    const rows = this.#underWay === 0 && this.#state === 'open' ? this.#atOnce(statement) : undefined;
    if (rows) return Promise.resolve(rows);
    this.#underWay += 1;
    const answer = this.#tail.then(() => this.#run(statement));
    this.#tail = answer.catch(() => {}).finally(() => { this.#underWay -= 1; });
    return answer;
  }

  /** Undoes everything; also what ends a transaction whose process or connection is gone. */
  rollback(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#release();
  }

  table(name: string): Table {
    return this.#connection.table(name);
  }

  nextId(): bigint {
    return this.#connection.nextId();
  }

  read(table: Table, key: string): Row | undefined {
    const own = this.#written.get(table)?.get(key);
    if (own === null) return undefined;
    return own ?? table.rows.get(key);
  }

  /** All rows this transaction sees, the committed ones first. */
  * rows(table: Table): Generator<Row> {
    const own = this.#written.get(table);
    for (const [key, row] of table.rows) {
      const changed = own?.get(key);
      if (changed === undefined) yield row;
      else if (changed !== null) yield changed;
    }
    if (own) for (const [key, row] of own) if (row !== null && !table.rows.has(key)) yield row;
  }

  write(table: Table, row: Row): void {
    const whole = table.shape.generated ? { ...row, ...table.shape.generated(row) } : row;
    const broken = table.shape.broken?.(whole);
    if (broken !== undefined) throw new SqlError('23514', `new row for ${table.name} violates check ${broken}`);
    this.#page(table).set(table.keyOf(whole), whole);
  }

  remove(table: Table, key: string): void {
    this.#page(table).set(key, null);
  }

  /** `for update skip locked`: the row is taken now, or not at all. */
  lockNow(row: Lockable): boolean {
    return this.#take(row);
  }

  async #run(statement: Statement): Promise<Rows> {
    const accident = this.#accident;
    this.#accident = undefined;
    if (accident !== undefined) throw accident;
    if (this.#state === 'failed') throw new SqlError('25P02', 'current transaction is aborted');
    this.#mustBeOpen();
    try {
      if (statement.name === 'begin') return await this.#connection.begin();
      if (statement.name === 'commit') return await this.#connection.commit(() => { this.settle(); });
      return await this.#connection.statement(() => this.#answer(statement));
    } catch (error) {
      if (this.#state === 'open') this.#state = 'failed';
      throw error;
    }
  }

  /** Most statements meet nobody and nothing on their way: they need not wait for their turn. */
  #atOnce(statement: Statement): Rows | undefined {
    if (statement.name === 'begin' || statement.name === 'commit' || !this.#connection.isClear()) return undefined;
    const { lock, run } = definitionOf(statement);
    const values = (statement.values ?? NOTHING).map(plain);
    const wanted = lock?.(this, values) ?? NOTHING;
    if (wanted.some((row) => !this.#isFree(row))) return undefined;
    this.#connection.passed();
    for (const row of wanted) this.#take(row);
    try {
      return { rows: run(this, values) };
    } catch (error) {
      this.#state = 'failed';
      this.#accident = error;
      return undefined;
    }
  }

  async #answer(statement: Statement): Promise<Rows> {
    this.#mustBeOpen();
    const { lock, run } = definitionOf(statement);
    const values = (statement.values ?? NOTHING).map(plain);
    for (const row of lock?.(this, values) ?? NOTHING) {
      if (!this.#take(row)) await this.#wait(row);
    }
    this.#mustBeOpen();
    return { rows: run(this, values) };
  }

  /** Its connection may have gone while it waited. */
  #mustBeOpen(): void {
    if (this.#state === 'ended') throw new Error('Connection terminated');
  }

  /** Makes it true for everybody. Only the connection calls this, at the moment of the commit. */
  settle(): void {
    if (this.#state !== 'open') throw new Error('Connection terminated');
    this.#state = 'ended';
    for (const [table, page] of this.#written) {
      for (const [key, row] of page) {
        if (row === null) table.rows.delete(key);
        else table.rows.set(key, row);
      }
      this.#connection.committed(table, page);
    }
    this.#release();
  }

  #page(table: Table): Map<string, Row | null> {
    const known = this.#written.get(table);
    if (known) return known;
    const page = new Map<string, Row | null>();
    this.#written.set(table, page);
    return page;
  }

  #isFree({ table, key }: Lockable): boolean {
    const lock = table.locks.get(key);
    return !lock || lock.holder === this;
  }

  #take(row: Lockable): boolean {
    const lock = row.table.locks.get(row.key);
    if (!lock) {
      row.table.locks.set(row.key, { holder: this, waiting: [] });
      this.#held.push(row);
      return true;
    }
    return lock.holder === this;
  }

  #wait(row: Lockable): Promise<void> {
    const lock = row.table.locks.get(row.key);
    if (!lock) throw new Error('nobody holds the row that is waited for');
    for (let holder = lock.holder; holder.waitsFor; holder = holder.waitsFor.holder) {
      if (holder.waitsFor.holder === this) throw new SqlError('40P01', 'deadlock detected');
    }
    this.waitsFor = lock;
    return new Promise((resolve, reject) => {
      const late = this.#timeline.after(LOCK_TIMEOUT_MS, () => {
        this.waitsFor = null;
        lock.waiting.splice(lock.waiting.indexOf(waiter), 1);
        reject(new SqlError('55P03', 'canceling statement due to lock timeout'));
      }, this.owner);
      const waiter = { by: this, wake: () => {
        late.cancelled = true;
        this.waitsFor = null;
        this.#held.push(row);
        this.#timeline.after(0, resolve, this.owner);
      } };
      lock.waiting.push(waiter);
    });
  }

  #release(): void {
    if (this.waitsFor) {
      const { waiting } = this.waitsFor;
      const at = waiting.findIndex(({ by }) => by === this);
      if (at >= 0) waiting.splice(at, 1);
      this.waitsFor = null;
    }
    for (const { table, key } of this.#held) {
      const lock = table.locks.get(key);
      const next = lock?.waiting.shift();
      if (!lock || !next) table.locks.delete(key);
      else {
        lock.holder = next.by;
        next.wake();
      }
    }
    this.#held.length = 0;
  }
}

/** As the driver sends it: moments as what they are on our side of the wire. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return Array.isArray(value) && value.some(isDate) ? value.map(plain) : value;
}

const isDate = (value: unknown): boolean => value instanceof Date;
