import { seconds, type Duration } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import pg from 'pg';
import { inBinary } from './array-parameters.ts';
import { lockingIfNeeded, SqlTransaction, type Statement } from './sql-transaction.ts';

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
  /** Told once, when the pool is opened: how its connections stand whenever somebody looks. */
  pool(look: () => PoolState): void;
}

export interface PoolState {
  readonly busy: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

const NOBODY: DatabaseObserver = { statement: () => {}, packet: () => {}, conflict: () => {}, frozen: () => {}, pool: () => {} };

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
  observer.pool(() => ({ busy: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount }));
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

function transact<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>, observer: DatabaseObserver): Promise<Result> {
  return lockingIfNeeded((locksFirst) => attempt(pool, work, { observer, locksFirst }), () => { observer.conflict(); });
}

interface Attempt {
  readonly observer: DatabaseObserver;
  readonly locksFirst: boolean;
}

async function attempt<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>, { observer, locksFirst }: Attempt): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await new SqlTransaction((statement) => execute(client, statement, observer), { kind: 'postgres', locksFirst }).carryThrough(work);
  } catch (cause) {
    if (isFrozen(cause)) observer.frozen();
    broken = await rollback(client, cause);
    throw cause;
  } finally {
    client.release(broken);
  }
}

async function execute(client: pg.PoolClient, statement: Statement, observer: DatabaseObserver): Promise<pg.QueryResult> {
  const startedAt = performance.now();
  gather(client, observer);
  const result = await client.query(toQuery(statement));
  observer.statement(statement.name, (performance.now() - startedAt) / 1_000);
  return result;
}

/** What is asked in one turn of the event loop leaves in one packet: a packet costs more than most statements. */
function gather({ connection: { stream } }: pg.PoolClient, observer: DatabaseObserver): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => {
    observer.packet();
    stream.uncork();
  });
}

/** Gives the error back when the connection cannot be trusted any more. */
async function rollback(client: pg.PoolClient, cause: unknown): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

const SQLSTATE = /^[0-9A-Z]{5}$/;
const PASSING_CLASSES = ['08', '40', '53', '57', '58'];
const PASSING_CODES = ['55P03', '25P03', '25006', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'];
const NOT_ANSWERED = 'Query read timeout';
const PASSING_WORDS = ['Connection terminated', 'timeout exceeded when trying to connect', 'timeout expired', NOT_ANSWERED, 'Client has encountered a connection error', 'Client was closed'];

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
