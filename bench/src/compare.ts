import { machine, type Machine } from '@order-mesh/embedded';
import { percentilesOf } from './harness/meter.ts';
import { startServers } from './harness/servers.ts';
import { orderPath, orderPathAndView } from './ours.ts';
import { installPeers, peers } from './peers.ts';
import type { Progress } from './progress.ts';
import { ordersOf, type Asked, type RunResult, type System } from './system.ts';

export interface Plan {
  readonly quick: boolean;
  readonly rounds: number;
  readonly systems: readonly System[];
  /** Of every throughput run; by default each system has its own. */
  readonly orders: number | undefined;
  readonly latency: { readonly ratePerSecond: number; readonly seconds: number };
  /** No further round is begun that would not end by then. */
  readonly withinMs: number;
}

export interface SystemResult {
  readonly name: string;
  readonly title: string;
  readonly isOurs: boolean;
  readonly throughput: readonly RunResult[];
  readonly latency: readonly RunResult[];
}

/** One interleaved run of all systems. */
export interface Comparison {
  readonly measuredAt: string;
  readonly minutes: number;
  readonly machine: Machine;
  readonly latency: Plan['latency'];
  readonly systems: readonly SystemResult[];
  /** Ours at half of its own maximum throughput. */
  readonly half: RunResult;
}

const HALF_SECONDS = 10;
const STEP_AROUND_MS = 25_000;

export function planOf(asked: { readonly quick: boolean; readonly rounds: number | undefined; readonly orders: number | undefined; readonly peers: readonly string[] | undefined }): Plan {
  const { quick } = asked;
  const names = asked.peers ?? (quick ? ['restate'] : peers.map(({ name }) => name));
  return {
    quick,
    rounds: asked.rounds ?? (quick ? 1 : 3),
    systems: [orderPath, ...quick ? [] : [orderPathAndView], ...peers.filter(({ name }) => names.includes(name))],
    orders: asked.orders,
    latency: { ratePerSecond: 50, seconds: quick ? 15 : 20 },
    // who names the rounds gets them all
    withinMs: asked.rounds === undefined ? 13.5 * 60_000 : Infinity,
  };
}

export const stepsOf = ({ rounds, systems }: Plan): number => 2 * rounds * systems.length + 1;

/** Measures in rounds, A B C A B C: throughput of all, then latency of all, then ours at half of its maximum. */
export async function compare(plan: Plan, progress: Progress, signal: AbortSignal): Promise<Comparison> {
  if (plan.systems.some(({ isOurs }) => !isOurs)) await installPeers(progress.note, signal);
  const startedAt = Date.now();
  const results = new Map(plan.systems.map((system) => [system, { throughput: new Array<RunResult>(), latency: new Array<RunResult>() }]));
  const latencyRoundMs = plan.systems.length * (plan.latency.seconds * 1_000 + STEP_AROUND_MS / 2);
  for (const mode of ['throughput', 'latency'] as const) {
    const reserveMs = HALF_SECONDS * 1_000 + STEP_AROUND_MS + (mode === 'throughput' ? latencyRoundMs : 0);
    for (let round = 1, roundMs = 0; round <= plan.rounds; round += 1) {
      const roundAt = Date.now();
      if (round > 1 && roundAt - startedAt + roundMs + reserveMs > plan.withinMs) {
        progress.note(`${mode}: only ${round - 1} of ${plan.rounds} rounds, for the machine is slow and this is to end in time (--rounds ${plan.rounds} insists)`);
        break;
      }
      for (const [system, found] of results) {
        const asked = mode === 'throughput' ? { mode, orders: plan.orders ?? system.orders } : { mode, ...plan.latency };
        found[mode].push(await step(system, asked, { progress, signal }));
      }
      roundMs = Date.now() - roundAt;
    }
  }
  const half = await atHalf(results.get(orderPath)?.throughput ?? [], { progress, signal });
  return {
    measuredAt: new Date().toISOString(), minutes: (Date.now() - startedAt) / 60_000, machine: await machine(), latency: plan.latency, half,
    systems: [...results].map(([{ name, title, isOurs }, found]) => ({ name, title, isOurs, ...found })),
  };
}

interface Around {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

function atHalf(throughput: readonly RunResult[], around: Around): Promise<RunResult> {
  const maximum = percentilesOf(throughput.map(({ ordersPerSecond }) => ordersPerSecond)).p50;
  const ratePerSecond = Math.max(1, Math.round(maximum / 2));
  return step(orderPath, { mode: 'latency', ratePerSecond, seconds: HALF_SECONDS, perCore: true }, around);
}

/** One run, on a Kafka and a PostgreSQL that nothing has touched before. */
async function step(system: System, asked: Asked, { progress, signal }: Around): Promise<RunResult> {
  signal.throwIfAborted();
  progress.begin(`${system.title}: ${asked.mode === 'throughput' ? `${asked.orders} orders at once` : `${asked.ratePerSecond} orders/s for ${asked.seconds} s`}`);
  const orders = ordersOf(asked);
  const servers = await startServers(progress.note);
  try {
    signal.throwIfAborted();
    const result = await system.measure(asked, { servers, signal, progress: (done) => { progress.tick(`${done} of ${orders} done`); } });
    const { ordersPerSecond, latencyMs: { p50, p99 } } = result;
    progress.done(asked.mode === 'throughput' ? `${Math.round(ordersPerSecond)} orders/s` : `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    return result;
  } finally {
    await servers.stop();
  }
}
