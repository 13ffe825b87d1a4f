import { databaseUnreachable, seconds } from '@order-mesh/kernel';
import pg from 'pg';

/** All tables of all services as they stood at one moment: a repeatable-read, read-only transaction. */
export interface Snapshot {
  /** Numbers of 64 bits and instants come as text. */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Rows too many to hold, some thousand at a time. */
  stream<Row>(text: string): AsyncGenerator<readonly Row[]>;
  close(): Promise<void>;
}

const STATEMENT_WITHIN = seconds(120);
const ROWS_AT_ONCE = 2_000;

/** Opens a snapshot; it is taken by the first statement, so this makes one. Throws DATABASE_UNREACHABLE. */
export async function openSnapshot(databaseUrl: string): Promise<Snapshot> {
  const client = new pg.Client({
    connectionString: databaseUrl, application_name: 'mesh verify', connectionTimeoutMillis: seconds(10), statement_timeout: STATEMENT_WITHIN,
    types: { getTypeParser: () => (text: string) => text },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('begin isolation level repeatable read, read only');
    await client.query('select pg_current_snapshot()');
  } catch (cause) {
    await client.end().catch(() => {});
    throw databaseUnreachable(new URL(databaseUrl).host, cause);
  }
  let cursors = 0;
  return {
    rows: async <Row>(text: string, values: readonly unknown[] = []) => (await client.query({ text, values: [...values] })).rows as Row[],
    async *stream<Row>(text: string) {
      const name = `streamed_${cursors += 1}`;
      await client.query(`declare ${name} no scroll cursor for ${text}`);
      for (;;) {
        const { rows } = await client.query(`fetch ${ROWS_AT_ONCE} from ${name}`);
        if (rows.length === 0) break;
        yield rows as Row[];
      }
      await client.query(`close ${name}`);
    },
    async close() {
      await client.query('rollback').catch(() => {});
      await client.end().catch(() => {});
    },
  };
}
