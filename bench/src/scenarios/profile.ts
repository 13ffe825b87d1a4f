import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { plain } from '../workload.ts';
import { categories, stacksWithin, timeByCategory, type Category, type CpuProfile, type Span, type Stack } from './cpu-profile.ts';
import { flameGraph } from './flame.ts';
import { measureLimits, type Limits } from './limits.ts';
import { rounded, scale, scaled, type Row, type Scenario } from './scenario.ts';
import { assertBooks, cpuColumns, measure, onStage, warmUp, type Log, type Measured, type Stage } from './stage.ts';
import { costsBetween, readLedger, type Costs } from './written.ts';

const ORDERS = 20_000;
const RATE = 50;
const STEADY_SECONDS = 20;
const CORES = 2;

const BUSY = 'the profiler sees time in which node was not idle: on a machine that has other work it is more than CPU time, which stands in the rows by part';

/** One way of sending orders, with what it cost and when it was. */
interface Run {
  readonly measured: Measured;
  readonly costs: Costs;
  readonly span: Span;
}

export const profile: Scenario = {
  what: 'where the time and the bytes of an order go',
  async run(log) {
    const folder = mkdtempSync(join(tmpdir(), 'order-mesh-profile-'));
    try {
      const { full, steady, limits } = await onStage(log, { execArgv: ['--cpu-prof', `--cpu-prof-dir=${folder}`] }, runs);
      const recorded = largestProfile(folder);
      const stacks = { full: stacksWithin(recorded, full.span), steady: stacksWithin(recorded, steady.span) };
      writeFlame(stacks.full, full, log);
      return {
        what: profile.what,
        rows: [...timeRows(stacks, { full, steady }), ...costRows(full, steady), ...limitRows(limits), ...distanceRows(limits, { full, steady, stacks: stacks.full })],
        notes: [`the profiler was on; at full load ${rounded(full.measured.ordersPerSecond)} orders/s, at ${RATE}/s p50 ${rounded(steady.measured.latencyMs.p50, 1)} ms and p99 ${rounded(steady.measured.latencyMs.p99, 1)} ms`, BUSY],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function runs(stage: Stage): Promise<{ readonly full: Run; readonly steady: Run; readonly limits: Limits }> {
  const limits = await measureLimits(stage.servers);
  await warmUp(stage, plain);
  const full = await oneRun(stage, { from: 0, count: scaled(ORDERS, 200) });
  const steady = await oneRun(stage, { from: full.measured.orders, count: scaled(RATE * STEADY_SECONDS, 2 * RATE), rate: RATE });
  await assertBooks(stage, 'o', full.measured.orders + steady.measured.orders, plain);
  return { full, steady, limits };
}

async function oneRun(stage: Stage, { from, count, rate }: { readonly from: number; readonly count: number; readonly rate?: number }): Promise<Run> {
  const before = await readLedger(stage);
  const startedAt = microsecondsNow();
  const measured = await measure(stage, { prefix: 'o', from, count, variant: plain }, rate);
  const span = { from: startedAt, to: microsecondsNow() };
  return { measured, span, costs: costsBetween(before, await readLedger(stage), measured.orders) };
}

// the clock that V8 stamps its profiles with
const microsecondsNow = (): number => Number(process.hrtime.bigint() / 1_000n);

function largestProfile(folder: string): CpuProfile {
  const [path] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')).map((name) => join(folder, name)).sort((one, other) => statSync(other).size - statSync(one).size);
  if (path === undefined) throw new Error('the mesh left no CPU profile');
  return JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
}

function writeFlame(stacks: readonly Stack[], { measured }: Run, log: Log): void {
  const path = scale === 1 ? resolve(import.meta.dirname, '..', '..', '..', 'docs', 'flame.svg') : join(tmpdir(), 'order-mesh-flame.svg');
  writeFileSync(path, flameGraph(stacks, `Busy node time of ${measured.orders.toLocaleString('en')} orders submitted at once (idle time and start left out)`));
  log(`the flame graph is in ${path}`);
}

interface Both<One> {
  readonly full: One;
  readonly steady: One;
}

const row = (group: string, what: string, full: number | string, steady: number | string = ''): Row => ({ group, what, 'at full load': full, [`at ${RATE}/s`]: steady });

function timeRows(stacks: Both<readonly Stack[]>, { full, steady }: Both<Run>): readonly Row[] {
  const [atFull, atSteady] = [timeByCategory(stacks.full), timeByCategory(stacks.steady)];
  const each = (times: ReadonlyMap<string, number>, what: string, { measured }: Run): number => rounded((times.get(what) ?? 0) / measured.orders, 1);
  const all = (times: readonly Stack[], { measured }: Run): number => rounded(totalOf(times) / measured.orders, 1);
  const [cpuFull, cpuSteady] = [cpuColumns(full.measured), cpuColumns(steady.measured)];
  return [
    ...categories.map((what) => row('node busy, µs an order', what, each(atFull, what, full), each(atSteady, what, steady))),
    row('node busy, µs an order', 'all', all(stacks.full, full), all(stacks.steady, steady)),
    ...Object.keys(cpuFull).map((what) => row('CPU by part', what, cpuFull[what] ?? '', cpuSteady[what] ?? '')),
  ];
}

const costRows = (full: Run, steady: Run): readonly Row[] =>
  Object.entries(full.costs).map(([what, value]) => row('an order', what, rounded(value, 3), rounded(steady.costs[what] ?? Number.NaN, 3)));

const limitRows = (limits: Limits): readonly Row[] => [
  row('this machine', 'fdatasync of 4 KB, one writer, a second', rounded(limits.fdatasyncPerSecond)),
  row('this machine', 'Kafka round trip of a lone record (acks=all), p50 ms', rounded(limits.kafkaRoundTripMs, 2)),
  row('this machine', 'empty PostgreSQL transaction, p50 ms', rounded(limits.emptyTransactionMs, 3)),
  row('this machine', 'OrderPlaced encoded and decoded, a second', rounded(1e6 / limits.codecMicroseconds)),
];

function distanceRows(limits: Limits, { full, steady, stacks }: Both<Run> & { readonly stacks: readonly Stack[] }): readonly Row[] {
  const cpuMs = Number(cpuColumns(full.measured)['CPU ms/order']);
  // one record in, one durable transaction: less cannot end an order
  const leastMs = limits.kafkaRoundTripMs + limits.emptyTransactionMs + limits.fdatasyncMs;
  const codecLimit = ((full.costs['messages sent'] ?? 0) + 1) * limits.codecMicroseconds;
  const times = timeByCategory(stacks);
  const timeOf = (what: Category): number => (times.get(what) ?? 0) / full.measured.orders;
  return [
    row('distance', 'orders for each fdatasync this disk could do', rounded(full.measured.ordersPerSecond / limits.fdatasyncPerSecond, 2)),
    row('distance', `share of what ${CORES} cores could do at this CPU per order, %`, rounded(100 * full.measured.ordersPerSecond * cpuMs / (CORES * 1_000))),
    row('distance', 'codec and envelope, times one encoding and decoding a message', rounded(timeOf('codec and envelope') / codecLimit, 2)),
    row('distance', 'share of evaluating rules in the CPU of an order, %', rounded(timeOf('evaluating rules') / (10 * cpuMs), 2)),
    row('distance', 'least latency: one record in, one durable transaction, ms', '', rounded(leastMs, 2)),
    row('distance', 'p50 latency, times the least', '', rounded(steady.measured.latencyMs.p50 / leastMs, 1)),
  ];
}

const totalOf = (stacks: readonly Stack[]): number => stacks.reduce((total, { microseconds }) => total + microseconds, 0);
