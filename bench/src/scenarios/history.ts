import type pg from 'pg';
import { onDatabase } from '../harness/servers.ts';
import { fullName, keepOriginals, multiplyRows, ORDER_TABLES, orderTables, ORIGINALS, originalsOf, type OrderTable } from './multiply.ts';
import type { Log } from './stage.ts';

/** Orders that are long over, made by copying a few real ones. */
export interface History {
  /** Lengthens the history to so many orders. */
  grow(orders: number): Promise<void>;
}

const LEFT_ALONE = ['pg_catalog', 'information_schema', 'messaging', ORIGINALS];
const ORDERS_AT_ONCE = 50_000;

/** Begins a history with the orders of prefix 'h' that have gone through the mesh. */
export async function beginHistory(databaseUrl: string, originals: number, log: Log): Promise<History> {
  const tables = await onDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<Parameters<typeof orderTables>[0][number]>(ORDER_TABLES, [LEFT_ALONE]);
    await client.query(`create schema ${ORIGINALS}`);
    return withRows(client, orderTables(rows));
  });
  log(`history is kept in ${tables.map(({ schema, name }) => `${schema}.${name}`).join(', ')}`);
  let length = originals;
  return {
    async grow(orders) {
      await onDatabase(databaseUrl, async (client) => {
        await client.query('set statement_timeout = 0; set synchronous_commit = off');
        while (length < orders) {
          const to = Math.min(Math.ceil(orders / originals), length / originals + Math.max(1, Math.floor(ORDERS_AT_ONCE / originals)));
          for (const table of tables) await client.query(multiplyRows(table, { orders: originals, from: length / originals, to: to - 1 }));
          length = to * originals;
          log(`history of ${length} orders`);
        }
        await continueNumbers(client);
        for (const table of tables) await client.query(`vacuum (analyze) ${fullName(table)}`);
        await client.query('checkpoint');
      });
    },
  };
}

async function withRows(client: pg.Client, tables: readonly OrderTable[]): Promise<readonly OrderTable[]> {
  const filled: OrderTable[] = [];
  for (const table of tables) {
    const { rowCount } = await client.query(keepOriginals(table, 'h'));
    if ((rowCount ?? 0) > 0) filled.push(table);
    else await client.query(`drop table if exists ${originalsOf(table)}`);
  }
  return filled;
}

// a ledger that counts its entries goes on after the last copy, wherever it keeps the count
async function continueNumbers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ last: string; counted: string }>(`
    select e.column_name as last, c.column_name as counted
      from information_schema.columns e join information_schema.columns c on c.table_schema = 'finance' and c.table_name = 'entry' and e.column_name = 'last_' || c.column_name
     where e.table_schema = 'finance' and e.table_name = 'ledger_end'`);
  for (const { last, counted } of rows) await client.query(`update finance.ledger_end set "${last}" = (select max("${counted}") from finance.entry)`);
}
