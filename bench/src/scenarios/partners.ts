import { percentilesOf } from '../harness/meter.ts';
import { NODE_FLAGS, startMesh, type BenchMesh, type Telling } from '../mesh/mesh.ts';
import { rounded, scaled, wait, type Row, type Scenario } from './scenario.ts';
import { assertConfirmed, ordersFor } from './partner-orders.ts';
import { knowsSample, startPartners, type Partners } from './simulators.ts';
import { withServers, type Log } from './stage.ts';

const ORDERS = 300;
const WARM_UP = 40;
const DELAYS_MS = [0, 20, 200];
const STALLED_AFTER_MS = 120_000;

export const partners: Scenario = {
  what: 'the mesh with e-sign, carrier and U8 over HTTP, each call delayed',
  run: (log) => withServers(log, async (servers) => {
    const simulated = await startPartners(servers);
    try {
      const databaseUrl = await servers.database('mesh');
      const mesh = await startMesh({ servers, databaseUrl, env: simulated.env, execArgv: NODE_FLAGS });
      try {
        return { what: partners.what, rows: await measured(mesh, simulated, log), notes: NOTES };
      } finally {
        await mesh.stop();
      }
    } finally {
      await simulated.stop();
    }
  }),
};

const NOTES = [
  'Usual settings: at most 8 bookings in U8 under way at once, each of several calls one after the other, at most 100 begun a second; lead time counts from the moment all orders are submitted at once.',
  'Salesforce is left out: orders are published straight to their topic.',
];

async function measured(mesh: BenchMesh, simulated: Partners, log: Log): Promise<readonly Row[]> {
  await knowsSample(mesh.databaseUrl);
  log('the mesh knows the customers and products of U8');
  let next = scaled(WARM_UP, 10);
  await submitted(mesh, ordersFor(0, next), log);
  const rows: Row[] = [];
  for (const delayMs of DELAYS_MS) {
    await simulated.delay(delayMs);
    const batch = ordersFor(next, scaled(ORDERS));
    next += batch.length;
    const { seconds, took } = await submitted(mesh, batch, log);
    const { p50, p99 } = percentilesOf(took);
    rows.push({ 'delay a call, ms': delayMs, orders: batch.length, 'orders/s': rounded(batch.length / seconds, 1), 'lead time p50, ms': rounded(p50), 'lead time p99, ms': rounded(p99) });
    log(`${delayMs} ms a call: ${rounded(batch.length / seconds, 1)} orders/s`);
    await assertConfirmed(mesh, next);
  }
  return rows;
}

async function submitted(mesh: BenchMesh, batch: readonly Telling[], log: Log): Promise<{ readonly seconds: number; readonly took: readonly number[] }> {
  const waiting = new Set(batch.map(({ key }) => key));
  const took: number[] = [];
  const startedAt = performance.now();
  let lastAt = startedAt;
  mesh.onEnd = (orderId) => {
    if (!waiting.delete(orderId)) return;
    lastAt = performance.now();
    took.push(lastAt - startedAt);
  };
  await mesh.publish(batch);
  for (let look = 1; waiting.size > 0; look += 1) {
    await wait(100);
    if (look % 50 === 0) log(`${took.length} of ${batch.length} orders`);
    if (performance.now() - lastAt > STALLED_AFTER_MS) throw new Error(`${waiting.size} of ${batch.length} orders did not end, such as ${[...waiting][0]}`);
  }
  return { seconds: (lastAt - startedAt) / 1_000, took };
}
