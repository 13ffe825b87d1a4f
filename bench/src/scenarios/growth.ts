import { onDatabase } from '../harness/servers.ts';
import { submitAll } from '../mesh/runs.ts';
import { plain } from '../workload.ts';
import { beginHistory } from './history.ts';
import { rounded, scaled, type Row, type Scenario } from './scenario.ts';
import { assertBooks, cpuColumns, measure, memoryColumns, onStage, warmUp, type Stage } from './stage.ts';

const ORIGINALS = 1_000;
const LENGTHS = [10_000, 100_000, 1_000_000];
const ORDERS = 10_000;
const RATE = 50;
const STEADY_SECONDS = 10;

export const growth: Scenario = {
  what: 'the same work after 10 thousand, 100 thousand and 1 million orders',
  run: (log) => onStage(log, {}, async (stage) => {
    const empty = await sizeOf(stage);
    await warmUp(stage, plain);
    await stage.mesh.learn('h', plain);
    const originals = scaled(ORIGINALS, 20);
    await submitAll(stage.mesh, { prefix: 'h', from: 0, count: originals, variant: plain });
    const history = await beginHistory(stage.mesh.databaseUrl, originals, log);
    const rows: Row[] = [];
    let submitted = 0;
    for (const length of LENGTHS.map((one) => scaled(one, 100))) {
      await history.grow(length);
      const bytes = await sizeOf(stage) - empty;
      const kept = length + await others(stage);
      const at = { prefix: 'o', variant: plain } as const;
      const full = await measure(stage, { ...at, from: submitted, count: scaled(ORDERS) });
      submitted += full.orders;
      const steady = await measure(stage, { ...at, from: submitted, count: scaled(RATE * STEADY_SECONDS, RATE) }, RATE);
      submitted += steady.orders;
      rows.push({
        'orders of history': length, 'orders/s': rounded(full.ordersPerSecond), 'p50 ms at 50/s': rounded(steady.latencyMs.p50, 1), 'p99 ms at 50/s': rounded(steady.latencyMs.p99, 1),
        ...cpuColumns(full), ...memoryColumns(full), 'database MB': rounded(bytes / 1e6), 'database bytes/order': rounded(bytes / kept),
      });
    }
    await assertBooks(stage, 'o', submitted, plain);
    return { what: growth.what, rows, notes: [againstFirst(rows)] };
  }),
};

function againstFirst(rows: readonly Row[]): string {
  const [first, last] = [Number(rows[0]?.['orders/s']), Number(rows.at(-1)?.['orders/s'])];
  return `throughput after the longest history is ${rounded(100 * last / first)} % of that after the shortest (target: at least 80 %)`;
}

const sizeOf = ({ mesh }: Stage): Promise<number> => onDatabase(mesh.databaseUrl, async (client) =>
  Number((await client.query<{ size: string }>('select pg_database_size(current_database()) as size')).rows[0]?.size));

// orders that are in the database besides the history
const others = ({ mesh }: Stage): Promise<number> => onDatabase(mesh.databaseUrl, async (client) =>
  Number((await client.query<{ count: string }>(`select count(*) from order_orchestrator.saga where order_id not like 'h%'`)).rows[0]?.count));
