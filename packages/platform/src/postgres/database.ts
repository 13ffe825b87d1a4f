import { MeshError } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import pg from 'pg';

/** A statement prepared once a connection under its name: the name must belong to one text for ever. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Database {
  /** Reads, or writes one statement, outside of any batch. */
  query<Row>(statement: Statement): Promise<readonly Row[]>;
  /** Commits when `work` resolves, rolls back when it throws. */
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
}

class PgTransaction implements Transaction {
  readonly kind = 'postgres';
  readonly client: pg.PoolClient;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }
}

const STATEMENT_MS = 20_000;

/** Opens a pool. A connection that timed out or broke is destroyed, never handed out again: its outcome is unknown. */
export function openDatabase({ url, applicationName, connections, role, onTrouble }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    options: `-c statement_timeout=${STATEMENT_MS} -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000${role ? ` -c role=${role}` : ''}`,
    query_timeout: STATEMENT_MS + 2_000,
    types: { getTypeParser },
  });
  pool.on('error', onTrouble);
  pool.on('connect', (client) => { client.on('error', onTrouble); });
  return {
    query: async <Row>(statement: Statement) => {
      const { rows } = await pool.query(toQuery(statement));
      // the caller names the columns of its own statement
      return rows as Row[];
    },
    transaction: (work) => transact(pool, work),
    close: () => pool.end(),
  };
}

/** Runs a statement inside the transaction of a batch. */
export async function query<Row>(tx: Transaction, statement: Statement): Promise<readonly Row[]> {
  if (!(tx instanceof PgTransaction)) throw new MeshError('BROKEN_PROMISE', { advice: `a PostgreSQL adapter was given a transaction of ${tx.kind}` });
  const { rows } = await tx.client.query(toQuery(statement));
  return rows as Row[];
}

async function transact<Result>(pool: pg.Pool, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(new PgTransaction(client));
    await client.query('commit');
    return result;
  } catch (error) {
    broken = await rollback(client, error);
    throw error;
  } finally {
    client.release(broken);
  }
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
const PASSING_WORDS = ['Connection terminated', 'timeout exceeded when trying to connect', 'Query read timeout', 'Client has encountered a connection error', 'Client was closed'];

/** Accidents that pass by themselves: connection lost, server starting or stopping, deadlock, lock or statement timeout, disk full. */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isPassing);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  return PASSING_CODES.includes(code) || (SQLSTATE.test(code) && PASSING_CLASSES.includes(code.slice(0, 2))) || PASSING_WORDS.some((words) => message.includes(words));
}

function toQuery({ name, text, values }: Statement): pg.QueryConfig {
  return { name, text, values: values ? [...values] : [] };
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
