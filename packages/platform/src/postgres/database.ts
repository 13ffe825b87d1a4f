import { MeshError } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import pg from 'pg';
import { inBinary } from './array-parameters.ts';

/** A statement prepared once a connection under its name: the name must belong to one text for ever. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Database {
  /** Reads, or writes one statement, outside of any batch. */
  query<Row>(statement: Statement): Promise<readonly Row[]>;
  /**
   * Commits when `work` resolves, rolls back when it throws. Where rows read without a lock have changed meanwhile (`expectAll`), `work` runs again in a new transaction that
   * locks what it reads.
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly connections: number;
  /** The role to act as; the URL's own when absent. */
  readonly role?: string;
  readonly onTrouble: (error: unknown) => void;
  readonly observer?: DatabaseObserver;
}

/** What the database is asked for, for metrics. */
export interface DatabaseObserver {
  /** A statement was answered; those sent together wait for each other. */
  statement(name: string, seconds: number): void;
  /** Statements of a transaction left, all that were asked in one turn of the event loop. */
  packet(): void;
  /** A transaction is tried again with locks: what it read without has changed. */
  conflict(): void;
}

const NOBODY: DatabaseObserver = { statement: () => {}, packet: () => {}, conflict: () => {} };

type Write = () => Promise<void>;

class PgTransaction implements Transaction {
  readonly kind = 'postgres';
  readonly #client: pg.PoolClient;
  readonly #observer: DatabaseObserver;
  readonly #perRound: Write[] = [];
  readonly #atEnd: Write[] = [];
  /** By the name of their table: every transaction takes the rows that all of them want in the same order. */
  readonly #last = new Map<string, Write>();
  readonly #underWay: Promise<void>[] = [];
  readonly locksFirst: boolean;
  /** Of the first statement that failed: those after it only fail because of it. */
  accident: unknown;

  constructor(client: pg.PoolClient, observer: DatabaseObserver, locksFirst: boolean) {
    this.#client = client;
    this.#observer = observer;
    this.locksFirst = locksFirst;
  }

  async query(statement: Statement): Promise<pg.QueryResult> {
    const startedAt = performance.now();
    this.#gather();
    try {
      const result = await this.#client.query(toQuery(statement));
      this.#observer.statement(statement.name, (performance.now() - startedAt) / 1_000);
      return result;
    } catch (error) {
      this.accident ??= error;
      throw error;
    }
  }

  beforeCommit(write: Write, everyRound: boolean): void {
    (everyRound ? this.#perRound : this.#atEnd).push(write);
  }

  lastOfAll(table: string, write: Write): void {
    this.#last.set(table, write);
  }

  readonly roundDecided = (): void => { this.#begin(this.#perRound); };

  readonly allDecided = (): void => { this.#begin([...this.#perRound, ...this.#atEnd]); };

  /** What all transactions want is written last, in one packet with the commit: it is locked no longer than the commit takes. */
  async commit(): Promise<void> {
    this.allDecided();
    await Promise.all(this.#underWay);
    const last = [...this.#last].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, write]) => write());
    await Promise.all([...last, this.query(COMMIT)]);
  }

  /** What is asked in one turn of the event loop leaves in one packet: a packet costs more than most statements. */
  #gather(): void {
    const { stream } = this.#client.connection;
    if (stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => {
      this.#observer.packet();
      stream.uncork();
    });
  }

  /** All at once: on a pipelined connection their statements travel together, and nobody waits for them before the end. */
  #begin(writes: readonly Write[]): void {
    for (const write of writes) {
      const writing = write();
      writing.catch(() => {});
      this.#underWay.push(writing);
    }
  }
}

const STATEMENT_MS = 20_000;

// Every statement looks its rows up by key. Planned once, while a table was still empty, it would read all of it for ever after:
// so no plan may, and none is made anew for the values at hand.
const BY_KEY = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

/** Opens a pool. A connection that timed out or broke is destroyed, never handed out again: its outcome is unknown. */
export function openDatabase({ url, applicationName, connections, role, onTrouble, observer = NOBODY }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // a statement does not wait for the answer to the one before it; PostgreSQL takes them in order all the same
    pipeline: true,
    options: settings({ statement_timeout: STATEMENT_MS, lock_timeout: 10_000, idle_in_transaction_session_timeout: 30_000, ...BY_KEY, ...(role && { role }) }),
    query_timeout: STATEMENT_MS + 2_000,
    types: { getTypeParser },
  });
  pool.on('error', onTrouble);
  pool.on('connect', (client) => { client.on('error', onTrouble); });
  return {
    query: async <Row>(statement: Statement) => {
      const startedAt = performance.now();
      const { rows } = await pool.query(toQuery(statement));
      observer.statement(statement.name, (performance.now() - startedAt) / 1_000);
      // the caller names the columns of its own statement
      return rows as Row[];
    },
    transaction: (work) => transact(pool, work, observer),
    close: () => pool.end(),
  };
}

const settings = (all: Readonly<Record<string, string | number>>): string => Object.entries(all).map(([name, value]) => `-c ${name}=${value}`).join(' ');

/** Runs a statement inside the transaction of a batch. */
export async function query<Row>(tx: Transaction, statement: Statement): Promise<readonly Row[]> {
  const { rows } = await ours(tx).query(statement);
  return rows as Row[];
}

/** Has `write` called before the transaction commits, and if `everyRound` also whenever a round is decided. It may have nothing to do. */
export function beforeCommit(tx: Transaction, write: () => Promise<void>, everyRound: boolean): void {
  ours(tx).beforeCommit(write, everyRound);
}

/** Has `write` called when nothing but the commit is left. It must ask for its statements at once, without waiting for any. */
export function lastOfAll(tx: Transaction, table: string, write: () => Promise<void>): void {
  ours(tx).lastOfAll(table, write);
}

/** Whether this transaction locks the rows that it reads to change: it does where one without has failed. */
export const locksFirst = (tx: Transaction): boolean => ours(tx).locksFirst;

/** Turns a statement that returns a row for each row it wrote into one that fails the transaction unless it wrote `$count` rows, a parameter of type bigint. */
export const expectAll = (text: string, count: string): string => `with written as (${text}) select messaging.expect((select count(*) from written), ${count}::bigint)`;

function ours(tx: Transaction): PgTransaction {
  if (!(tx instanceof PgTransaction)) throw new MeshError('BROKEN_PROMISE', { advice: `a PostgreSQL adapter was given a transaction of ${tx.kind}` });
  return tx;
}

async function transact<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>, observer: DatabaseObserver): Promise<Result> {
  try {
    return await attempt(pool, work, observer, false);
  } catch (error) {
    if (!isConflict(error)) throw error;
    observer.conflict();
    return attempt(pool, work, observer, true);
  }
}

async function attempt<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>, observer: DatabaseObserver, lock: boolean): Promise<Result> {
  const client = await pool.connect();
  const tx = new PgTransaction(client, observer, lock);
  let broken: Error | undefined;
  try {
    // travels with the first statement, which fails when it did
    tx.query(BEGIN).catch(() => {});
    const result = await work(tx);
    await tx.commit();
    return result;
  } catch (error) {
    const cause = tx.accident ?? error;
    broken = await rollback(client, cause);
    throw cause;
  } finally {
    client.release(broken);
  }
}

const isConflict = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && error.code === '40001';

/** Gives the error back when the connection cannot be trusted any more. */
async function rollback(client: pg.PoolClient, cause: unknown): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

const BEGIN: Statement = { name: 'begin', text: 'begin' };
const COMMIT: Statement = { name: 'commit', text: 'commit' };

const SQLSTATE = /^[0-9A-Z]{5}$/;
const PASSING_CLASSES = ['08', '40', '53', '57', '58'];
const PASSING_CODES = ['55P03', '25P03', '25006', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];
const PASSING_WORDS = ['Connection terminated', 'timeout exceeded when trying to connect', 'Query read timeout', 'Client has encountered a connection error', 'Client was closed'];

/** Accidents that pass by themselves: connection lost, server starting or stopping, deadlock, lock or statement timeout, disk full. */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isPassing);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  return PASSING_CODES.includes(code) || (SQLSTATE.test(code) && PASSING_CLASSES.includes(code.slice(0, 2))) || PASSING_WORDS.some((words) => message.includes(words));
}

function toQuery({ name, text, values = [] }: Statement): pg.QueryConfig {
  return { name, text, values: inBinary(text, values) };
}

const { builtins } = pg.types;

/** int8 is a bigint (Fen), timestamptz an Instant; a date stays the text it is. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (format !== 'binary') {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.TIMESTAMPTZ) return (text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
    if (oid === builtins.DATE) return (text) => text;
  }
  return pg.types.getTypeParser(oid, 'text');
}
