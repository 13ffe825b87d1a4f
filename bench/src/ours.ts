import { availableParallelism } from 'node:os';
import { installedVersion, kafkaVersion, signal as send } from '@order-mesh/embedded';
import { meter, until, type PartUsage } from './harness/meter.ts';
import { onDatabase } from './harness/servers.ts';
import { checkBooks } from './mesh/books.ts';
import { NODE_FLAGS, PARTITIONS, startMesh, type BenchMesh } from './mesh/mesh.ts';
import { submitAll, submitSteadily, type Load, type Outcome } from './mesh/runs.ts';
import { endsWithin, ordersOf, unlessAborted, WARM_UP, type Asked, type Place, type RunResult, type System } from './system.ts';
import { plain } from './workload.ts';

const STOP_WITHIN_MS = 15_000;
const VIEW_WITHIN_MS = 60_000;

/** The services that carry an order from placed to confirmed. */
export const orderPath: System = {
  name: 'ours', title: 'Order Mesh, order path', isOurs: true, orders: 20_000,
  measure: (asked, place) => measure(asked, place, { view: false }),
};

/** The same with the gateway, which keeps what its users see of each order. */
export const orderPathAndView: System = {
  name: 'ours-and-view', title: 'Order Mesh, order path and gateway view', isOurs: true, orders: 20_000,
  measure: (asked, place) => measure(asked, place, { view: true }),
};

interface Shape {
  readonly view: boolean;
}

/** All services in one process is the default; whoever needs the throughput starts one a core. */
const processesFor = (asked: Asked): number => (asked.mode === 'throughput' || asked.perCore === true ? availableParallelism() : 1);

async function measure(asked: Asked, place: Place, shape: Shape): Promise<RunResult> {
  const databaseUrl = await place.servers.database('mesh');
  const mesh = await startMesh({ servers: place.servers, databaseUrl, processes: processesFor(asked), execArgv: NODE_FLAGS, env: { BENCH_VIEW: shape.view ? 'on' : 'off' } });
  try {
    return await unlessAborted(place.signal, runOn(mesh, asked, place, shape));
  } finally {
    if (!(await endsWithin(STOP_WITHIN_MS, mesh.stop()))) for (const pid of mesh.pids) send(pid, 'SIGKILL');
  }
}

async function runOn(mesh: BenchMesh, asked: Asked, { servers, progress }: Place, { view }: Shape): Promise<RunResult> {
  await mesh.learn('w', plain);
  await mesh.learn('o', plain);
  const warmUpOrders = await warmUp(mesh, asked.mode);
  if (view) await viewShows(mesh, 'w', warmUpOrders);
  const load: Load = { prefix: 'o', from: 0, count: ordersOf(asked), variant: plain };
  const used = meter({ mesh: mesh.pids, kafka: [servers.pids.kafka], postgres: [servers.pids.postgres] });
  const before = process.cpuUsage();
  const outcome = await submitted(mesh, asked, load, progress);
  if (view) await viewShows(mesh, 'o', load.count);
  const { user, system } = process.cpuUsage(before);
  const client: PartUsage = { cpuSeconds: (user + system) / 1e6, peakMb: process.memoryUsage().rss / 1024 / 1024 };
  const parts = { ...used.stop(), load: client };
  const problems = await checkBooks(mesh.databaseUrl, 'o', load.count, plain);
  if (problems.length > 0) throw new Error(`the books of Order Mesh are wrong after ${load.count} orders:\n${problems.join('\n')}`);
  return { ...outcome, parts, versions: await versions(mesh), settings: { ...settings(asked, load), warmUpOrders } };
}

/** Tells how many orders it took. */
async function warmUp(mesh: BenchMesh, mode: Asked['mode']): Promise<number> {
  const count = WARM_UP.orders * mesh.pids.length;
  for (let from = 0, end = performance.now() + WARM_UP.milliseconds; ; from += count) {
    if (from > 0 && (mode === 'latency' || performance.now() > end)) return from;
    await submitAll(mesh, { prefix: 'w', from, count, variant: plain });
  }
}

const submitted = (mesh: BenchMesh, asked: Asked, load: Load, progress: Place['progress']): Promise<Outcome> =>
  (asked.mode === 'throughput' ? submitAll(mesh, load, progress) : submitSteadily(mesh, load, asked.ratePerSecond, progress));

// the view follows the orders: its work belongs to the run, though no order waits for it
async function viewShows(mesh: BenchMesh, prefix: Load['prefix'], count: number): Promise<void> {
  await onDatabase(mesh.databaseUrl, (client) => until(`the gateway's view of ${count} orders`, VIEW_WITHIN_MS, async () => {
    const { rows: [row] } = await client.query<{ ended: string }>(
      `select count(*) as ended from gateway.order_view where order_id like $1 and status in ('confirmed', 'rejected')`, [`${prefix}%`]);
    return Number(row?.ended) === count ? true : undefined;
  }));
}

async function versions({ databaseUrl }: BenchMesh): Promise<RunResult['versions']> {
  const postgresql = await onDatabase(databaseUrl, async (client) => (await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version ?? '');
  return { node: process.versions.node, postgresql, kafka: kafkaVersion(), '@platformatic/kafka': installedVersion('@platformatic/kafka'), pg: installedVersion('pg') };
}

function settings(asked: Asked, { count }: Load): RunResult['settings'] {
  const rate: RunResult['settings'] = asked.mode === 'latency' ? { ratePerSecond: asked.ratePerSecond } : {};
  return { mode: asked.mode, orders: count, ...rate, partitionsPerTopic: PARTITIONS, processes: processesFor(asked), nodeFlags: NODE_FLAGS.join(' '), acks: 'all' };
}
