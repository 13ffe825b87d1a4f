import { meter, type PartUsage } from '../harness/meter.ts';
import { startServers, type Servers } from '../harness/servers.ts';
import { checkBooks } from '../mesh/books.ts';
import { NODE_FLAGS, startMesh, type BenchMesh, type MeshOptions } from '../mesh/mesh.ts';
import { submitAll, submitSteadily, type Load, type Outcome } from '../mesh/runs.ts';
import { plain, type Prefix, type Variant } from '../workload.ts';
import { rounded, scaled, type Row } from './scenario.ts';

export type Log = (line: string) => void;

/** What one run has shown, and what each part used for it. */
export interface Measured extends Outcome {
  readonly parts: Readonly<Record<string, PartUsage>>;
}

export type Wishes = Omit<MeshOptions, 'servers' | 'databaseUrl'>;

export interface Stage {
  readonly servers: Servers;
  readonly mesh: BenchMesh;
  readonly log: Log;
}

const WARM_UP = 2_000;

/** Servers of their own and the mesh on them, for as long as the work takes. */
export async function onStage<Result>(log: Log, wishes: Wishes, work: (stage: Stage) => Promise<Result>): Promise<Result> {
  return withServers(log, async (servers) => {
    const databaseUrl = await servers.database('mesh');
    const mesh = await startMesh({ ...wishes, servers, databaseUrl, execArgv: [...NODE_FLAGS, ...wishes.execArgv ?? []] });
    try {
      return await work({ servers, mesh, log });
    } finally {
      await mesh.stop();
    }
  });
}

export async function withServers<Result>(log: Log, work: (servers: Servers) => Promise<Result>): Promise<Result> {
  const servers = await startServers(() => {});
  log('servers are up');
  try {
    return await work(servers);
  } finally {
    await servers.stop();
  }
}

/** Lets the mesh learn what orders name, and lets it warm up on orders that touch no book of the run. */
export async function warmUp({ mesh, log }: Stage, variant: Variant, prefix: Prefix = 'o'): Promise<void> {
  await mesh.learn('w', plain);
  await mesh.learn(prefix, variant);
  await submitAll(mesh, { prefix: 'w', from: 0, count: scaled(WARM_UP, 100), variant: plain });
  log('warmed up');
}

/** Submits the orders at once, or so many a second, and counts what that costs. */
export async function measure({ mesh, servers, log }: Stage, load: Load, rate?: number): Promise<Measured> {
  const used = meter({ mesh: mesh.pids, kafka: [servers.pids.kafka], postgres: [servers.pids.postgres] });
  const progress = everyTenth(load.count, log);
  const outcome = rate === undefined ? await submitAll(mesh, load, progress) : await submitSteadily(mesh, load, rate, progress);
  const measured = { ...outcome, parts: used.stop() };
  log(`${outcome.orders} orders: ${rounded(outcome.ordersPerSecond)}/s, p99 ${rounded(outcome.latencyMs.p99)} ms`);
  return measured;
}

/** Throws when a book is not what the closed form says. */
export async function assertBooks({ mesh }: Stage, prefix: Prefix, count: number, variant: Variant): Promise<void> {
  const problems = await checkBooks(mesh.databaseUrl, prefix, count, variant);
  if (problems.length > 0) throw new Error(`the books are wrong after ${count} orders:\n${problems.join('\n')}`);
}

/** CPU milliseconds per order, part by part. */
export function cpuColumns({ parts, orders }: Measured): Row {
  const each = Object.entries(parts).map(([name, { cpuSeconds }]) => [`${name} CPU ms/order`, rounded(cpuSeconds * 1_000 / orders, 3)] as const);
  return Object.fromEntries([...each, ['CPU ms/order', rounded(each.reduce((total, [, value]) => total + value, 0), 3)]]);
}

export const memoryColumns = ({ parts }: Measured): Row =>
  Object.fromEntries(Object.entries(parts).map(([name, { peakMb }]) => [`${name} MB`, rounded(peakMb)]));

function everyTenth(count: number, log: Log): (done: number) => void {
  let told = 0;
  return (done) => {
    if (done - told < count / 10) return;
    told = done;
    log(`${done} of ${count} orders`);
  };
}
