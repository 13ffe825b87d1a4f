import { MeshError, seconds, type Duration } from '@order-mesh/kernel';
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
  /** How long the server may work on one statement; the other limits follow from it. 20 s when absent. */
  readonly statementWithin?: Duration;
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
  /** A connection answered nothing for longer than any statement may take, and was destroyed. */
  frozen(): void;
}

const NOBODY: DatabaseObserver = { statement: () => {}, packet: () => {}, conflict: () => {}, frozen: () => {} };

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
      if (this.accident === undefined && isFrozen(error)) this.#observer.frozen();
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

const STATEMENT_WITHIN = seconds(20);
/** The server tells first that a statement took too long; when not even that is heard, the connection is dead. */
const ANSWER_WITHIN_MORE = seconds(2);
const KEEP_ALIVE_AFTER = seconds(10);
const GOODBYE_WITHIN = seconds(3);

/** What the server ends by itself, so that the locks of a client it lost do not stay. */
const limitsOf = (within: Duration): Readonly<Record<string, number>> => ({
  statement_timeout: within, lock_timeout: Math.round(within / 2), idle_in_transaction_session_timeout: Math.round(within * 1.5),
});

// Every statement looks its rows up by key. Planned once, while a table was still empty, it would read all of it for ever after:
// so no plan may, and none is made anew for the values at hand.
const BY_KEY = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

/**
 * Opens a pool. A connection that timed out or broke is destroyed, never handed out again: what it was asked last may have been done or not.
 * Whoever asks again first reads what stands there; the error that tells of it satisfies `isPassing`.
 */
export function openDatabase({ url, applicationName, connections, role, statementWithin = STATEMENT_WITHIN, onTrouble, observer = NOBODY }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // 0, the default, leaves it to the system: two hours
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
    // a statement does not wait for the answer to the one before it; PostgreSQL takes them in order all the same
    pipeline: true,
    options: settings({ ...limitsOf(statementWithin), ...BY_KEY, ...(role && { role }) }),
    query_timeout: statementWithin + ANSWER_WITHIN_MORE,
    types: { getTypeParser },
  });
  pool.on('error', onTrouble);
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    client.on('error', onTrouble);
  });
  pool.on('remove', (client) => { open.delete(client); });
  return {
    query: async <Row>(statement: Statement) => {
      const startedAt = performance.now();
      const { rows } = await pool.query(toQuery(statement)).catch((error: unknown) => {
        if (isFrozen(error)) observer.frozen();
        throw error;
      });
      observer.statement(statement.name, (performance.now() - startedAt) / 1_000);
      // the caller names the columns of its own statement
      return rows as Row[];
    },
    transaction: (work) => transact(pool, work, observer),
    close: () => closePool(pool, open),
  };
}

/** A server that answers nothing does not say goodbye either: then the connections are cut. */
async function closePool(pool: pg.Pool, open: ReadonlySet<pg.PoolClient>): Promise<void> {
  const late = setTimeout(() => { for (const { connection } of open) connection.stream.destroy(); }, GOODBYE_WITHIN);
  await pool.end();
  clearTimeout(late);
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
const NOT_ANSWERED = 'Query read timeout';
const PASSING_WORDS = ['Connection terminated', 'timeout exceeded when trying to connect', NOT_ANSWERED, 'Client has encountered a connection error', 'Client was closed'];

/** Accidents that pass by themselves: connection lost, server starting or stopping, deadlock, lock or statement timeout, disk full. */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isPassing);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  return PASSING_CODES.includes(code) || (SQLSTATE.test(code) && PASSING_CLASSES.includes(code.slice(0, 2))) || PASSING_WORDS.some((words) => message.includes(words));
}

const isFrozen = (error: unknown): boolean => error instanceof Error && error.message === NOT_ANSWERED;

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
