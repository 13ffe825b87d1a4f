import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createCodec, outgoing, partitionFor, platformaticBroker } from '@order-mesh/messaging';
import { contracts } from '@order-mesh/contracts';
import { freePort } from '@order-mesh/embedded';
import { meter, until, type PartUsage } from '../harness/meter.ts';
import { onDatabase, type Servers } from '../harness/servers.ts';
import { memoryMbOf } from '../harness/usage.ts';
import { PARTITIONS } from '../mesh/mesh.ts';
import { openSalesDesk, type SalesDesk, type Transfer } from './salesforce.ts';
import { rounded, scaled, type Row, type Scenario } from './scenario.ts';
import { startSalesforce, type Salesforce } from './simulators.ts';
import { slopeOf, type Point } from './slope.ts';
import { withServers, type Log } from './stage.ts';

const ORDERS = 100_000;
const ORDERS_AT_ONCE = 200;
const WITHIN_MS = 1_800_000;
const START_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
const ADAPTER = join(resolve(import.meta.dirname, '..', '..', '..'), 'services', 'crm-adapter', 'dist', 'main.js');
const IMPORT = 'bench';

export const firstLoad: Scenario = {
  what: 'a first load of 100,000 orders from Salesforce',
  run: (log) => withServers(log, async (servers) => {
    const salesforce = await startSalesforce(servers);
    try {
      const desk = await openSalesDesk(salesforce.url);
      const { loaded, row: loading } = await loadedOrders(desk, salesforce, log);
      // so old that the change feed no longer tells of them: only the import can
      await fetch(`${salesforce.url}/_sim/events`, { method: 'DELETE' });
      const imported = await importAll(servers, salesforce, { orders: loaded.ids.length, log });
      const ways = await waysToReadLines(desk, loaded.ids);
      return { what: firstLoad.what, rows: [loading, ...imported.rows, ...ways], notes: [...NOTES, `resident memory of crm-adapter, MB, every ${imported.every} s: ${imported.memory.join(' ')}`] };
    } finally {
      await salesforce.stop();
    }
  }),
};

const NOTES = [
  'crm-adapter in a process of its own, on real Kafka and PostgreSQL; Salesforce is simulated on the same machine and answers at once. Orders are read 200 a query, one query after the other: where an answer takes a second, 200 orders/s are the most there can be.',
  'The last two rows read the lines of all orders without any mesh: as the import does (a query for 200 orders, as they stand at that moment), and by a second query job sorted by order (as they stood when it was made).',
];

async function loadedOrders(desk: SalesDesk, { pid }: Salesforce, log: Log): Promise<{ readonly loaded: Awaited<ReturnType<SalesDesk['load']>>; readonly row: Row }> {
  const before = memoryMbOf(pid);
  const startedAt = performance.now();
  const loaded = await desk.load(scaled(ORDERS, 1_000));
  const seconds = (performance.now() - startedAt) / 1_000;
  log(`${loaded.ids.length} orders with ${loaded.lines} lines stand in Salesforce after ${rounded(seconds)} s`);
  return { loaded, row: rowOf('load into the simulator', loaded.ids.length, seconds, { 'simulator MB': `${rounded(before)} to ${rounded(memoryMbOf(pid))}` }) };
}

interface Imported {
  readonly rows: readonly Row[];
  readonly every: number;
  readonly memory: readonly number[];
}

async function importAll(servers: Servers, salesforce: Salesforce, { orders, log }: { readonly orders: number; readonly log: Log }): Promise<Imported> {
  const databaseUrl = await servers.database('mesh');
  const adapter = await startAdapter(servers, { databaseUrl, salesforce });
  try {
    const used = meter({ adapter: [adapter.pid], simulator: [salesforce.pid], kafka: [servers.pids.kafka], postgres: [servers.pids.postgres] });
    const points: Point[] = [];
    const startedAt = performance.now();
    await askFor(servers);
    await until('the end of the import', WITHIN_MS, async () => {
      await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY_MS); });
      const now = await progressIn(databaseUrl);
      points.push({ at: (performance.now() - startedAt) / 1_000, value: memoryMbOf(adapter.pid) });
      if (points.length % 10 === 0) log(`${now.placed} of ${orders} orders`);
      if (now.state === 'failed') throw new Error(`the import failed: ${now.detail}`);
      return now.state === 'completed' || undefined;
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const { placed } = await progressIn(databaseUrl);
    if (placed !== orders) throw new Error(`${placed} of ${orders} orders were taken on`);
    return { rows: [rowOf('import', orders, seconds, columns({ used: used.stop(), orders, points, seconds }))], ...everySo(points) };
  } finally {
    await adapter.stop();
  }
}

interface Seen {
  readonly used: Readonly<Record<string, PartUsage>>;
  readonly orders: number;
  readonly points: readonly Point[];
  readonly seconds: number;
}

function columns({ used, orders, points, seconds }: Seen): Row {
  const secondHalf = points.slice(Math.floor(points.length / 2));
  return {
    'adapter CPU ms/order': rounded(((used['adapter']?.cpuSeconds ?? 0) * 1_000) / orders, 2), 'adapter peak MB': rounded(used['adapter']?.peakMb ?? 0),
    'slope in the second half, MB per 100,000 orders': rounded((slopeOf(secondHalf) * 100_000 * seconds) / orders, 1),
  };
}

/** At most about 40 figures, however long it took. */
function everySo(points: readonly Point[]): Pick<Imported, 'every' | 'memory'> {
  const every = Math.max(1, Math.ceil(points.length / 40));
  return { every, memory: points.filter((_, index) => index % every === 0).map(({ value }) => rounded(value)) };
}

async function waysToReadLines(desk: SalesDesk, ids: readonly string[]): Promise<readonly Row[]> {
  const bySoql = await timed(async () => {
    let total: Transfer = { calls: 0, bytes: 0 };
    for (let from = 0; from < ids.length; from += ORDERS_AT_ONCE) {
      const { calls, bytes } = await desk.linesBySoql(ids.slice(from, from + ORDERS_AT_ONCE));
      total = { calls: total.calls + calls, bytes: total.bytes + bytes };
    }
    return total;
  });
  const byJob = await timed(() => desk.linesByJob());
  return [['lines by a query for 200 orders', bySoql] as const, ['lines by a second query job', byJob] as const]
    .map(([what, { seconds, calls, bytes }]) => rowOf(what, ids.length, seconds, { 'API calls': calls, MB: rounded(bytes / 1e6, 1) }));
}

async function timed(work: () => Promise<Transfer>): Promise<Transfer & { readonly seconds: number }> {
  const startedAt = performance.now();
  return { ...await work(), seconds: (performance.now() - startedAt) / 1_000 };
}

const COLUMNS = ['simulator MB', 'adapter CPU ms/order', 'adapter peak MB', 'slope in the second half, MB per 100,000 orders', 'API calls', 'MB'];

function rowOf(what: string, orders: number, seconds: number, more: Row): Row {
  return { what, orders, seconds: rounded(seconds, 1), 'orders/s': rounded(orders / seconds), ...Object.fromEntries(COLUMNS.map((column) => [column, more[column] ?? ''])) };
}

async function startAdapter(servers: Servers, { databaseUrl, salesforce }: { readonly databaseUrl: string; readonly salesforce: Salesforce }): Promise<{ readonly pid: number; stop(): Promise<void> }> {
  const adminPort = await freePort();
  const child = fork(ADAPTER, {
    env: {
      ...process.env, NODE_ENV: 'production', KAFKA_BROKERS: servers.brokers, KAFKA_PARTITIONS: String(PARTITIONS), DATABASE_URL: databaseUrl, ADMIN_PORT: String(adminPort), LOG_LEVEL: 'warn', ...salesforce.env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  try {
    await until('crm-adapter', START_WITHIN_MS, () => fetch(`http://127.0.0.1:${adminPort}/health/ready`).then(({ ok }) => ok || undefined, () => undefined));
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid: child.pid ?? 0, stop };
}

async function askFor({ brokers }: Servers): Promise<void> {
  const broker = platformaticBroker({ brokers: [brokers], clientId: 'bench' });
  try {
    const producer = await broker.producer();
    const message = { type: 'StartImport', value: { importId: IMPORT, system: 'salesforce', since: null, status: 'Activated', dryRun: false, requestedBy: 'bench', requestedAt: Date.now() } } as const;
    await producer.publish([outgoing({ topic: contracts.StartImport.topic, partition: partitionFor(IMPORT, PARTITIONS), key: IMPORT, value: createCodec().encode(message), headers: {} })]);
  } finally {
    await broker.close();
  }
}

interface Progress {
  readonly state: string;
  readonly placed: number;
  readonly detail: string;
}

const progressIn = (databaseUrl: string): Promise<Progress> => onDatabase(databaseUrl, async (client) => {
  const { rows: [row] } = await client.query<Progress>(
    `select state ->> 'state' as state, (state #>> '{counts,placed}')::int as placed, state ->> 'detail' as detail from crm_adapter.import where import_id = $1`, [IMPORT]);
  return row ?? { state: 'asked', placed: 0, detail: '' };
});
