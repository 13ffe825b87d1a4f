import { freePort } from '@order-mesh/embedded';
import { flood as send, type FloodOutcome } from '../flood/senders.ts';
import { issuer } from '../mesh/issuer.ts';
import { countersOf } from '../mesh/metrics.ts';
import { orderAt, plain } from '../workload.ts';
import { slopeOf, type Point } from './slope.ts';
import { rounded, scaled, type Row, type Scenario } from './scenario.ts';
import { assertBooks, onStage, warmUp, type Log, type Stage } from './stage.ts';

const ORDERS = 200_000;
const ORDERS_UNBOUNDED = 8_000;
const SENDERS = 4_000;
const LOOK_EVERY_MS = 1_000;
/** Of the door in the bounded run. */
export const MOST_OPEN = 1_000;

export const flood: Scenario = {
  what: 'memory while 4,000 upstream systems send 200,000 orders over HTTP, as fast as they are taken',
  async run(log) {
    const { bounded, unbounded } = await floodTwice(log);
    return {
      what: flood.what,
      rows: [{ door: `${MOST_OPEN} orders at once`, ...rowOf(bounded) }, { door: 'no limit', ...rowOf(unbounded) }],
      notes: [`resident memory of the mesh with the limit, MB, each second: ${bounded.memory.map(({ value }) => rounded(value)).join(' ')}`],
    };
  },
};

/** The two runs that show whether the limit is what keeps memory flat: with it, and a shorter one without. */
export async function floodTwice(log: Log): Promise<{ readonly bounded: Flooded; readonly unbounded: Flooded }> {
  return {
    bounded: await runFlood(log, { orders: scaled(ORDERS, ORDERS_UNBOUNDED), mostOpen: MOST_OPEN }),
    unbounded: await runFlood(log, { orders: ORDERS_UNBOUNDED, mostOpen: 1_000_000 }),
  };
}

export interface Flooded extends FloodOutcome, Watched {
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Of the straight line through the second half of the resident memory. */
  readonly slopeMbPer100000: number;
}

interface FloodRun {
  readonly orders: number;
  readonly mostOpen: number;
}

async function runFlood(log: Log, { orders, mostOpen }: FloodRun): Promise<Flooded> {
  const port = await freePort();
  return onStage(log, { env: { GATEWAY_HTTP_PORT: String(port), GATEWAY_MOST_OPEN: String(mostOpen), GATEWAY_ANSWER_SECONDS: '120' } }, async (stage) => {
    await warmUp(stage, plain);
    const ended = allEnd(stage, orders);
    const watch = watchMemory(stage, log);
    const startedAt = performance.now();
    const token = await (await issuer).system('bench', 'orders:place', { sources: [orderAt('o', 0).source] });
    const outcome = await send({ port, token, count: orders, senders: SENDERS, orderAt: (index) => orderAt('o', index) });
    await ended;
    const ordersPerSecond = (orders * 1_000) / (performance.now() - startedAt);
    const watched = await watch.stop();
    await assertBooks(stage, 'o', orders, { ...plain, overHttp: true });
    const secondHalf = watched.memory.slice(Math.floor(watched.memory.length / 2));
    return { ...outcome, ...watched, orders, ordersPerSecond, slopeMbPer100000: (slopeOf(secondHalf) * 100_000) / ordersPerSecond };
  });
}

/** What a table shows of a run. */
export function rowOf({ orders, ordersPerSecond, refused, longestRetryAfterSeconds, mostTries, mostOpen, memory, heap, slopeMbPer100000 }: Flooded): Row {
  const values = memory.map(({ value }) => value);
  return {
    orders, 'orders/s': rounded(ordersPerSecond), '429': refused, 'longest Retry-After, s': longestRetryAfterSeconds, 'most tries': mostTries, 'most open': mostOpen,
    'first MB': rounded(values[0] ?? 0), 'highest MB': rounded(Math.max(...values)), 'last MB': rounded(values.at(-1) ?? 0),
    'highest heap MB': rounded(Math.max(...heap)), 'slope in the second half, MB per 100,000 orders': rounded(slopeMbPer100000, 1),
  };
}

function allEnd({ mesh, log }: Stage, orders: number): Promise<void> {
  const seen = new Set<string>();
  return new Promise((resolve) => {
    mesh.onEnd = (orderId) => {
      if (!orderId.startsWith('o') || seen.has(orderId)) return;
      seen.add(orderId);
      if (seen.size % Math.ceil(orders / 10) === 0) log(`${seen.size} of ${orders} orders ended`);
      if (seen.size === orders) resolve();
    };
  });
}

export interface Watched {
  readonly memory: readonly Point[];
  readonly heap: readonly number[];
  readonly mostOpen: number;
}

/** Asks the mesh itself, once a second. */
function watchMemory({ mesh }: Stage, log: Log): { readonly stop: () => Promise<Watched> } {
  const memory: Point[] = [];
  const heap: number[] = [];
  let mostOpen = 0;
  const startedAt = performance.now();
  const look = async (): Promise<void> => {
    const counters = await countersOf(mesh);
    const total = (name: string): number => counters.get(name) ?? 0;
    memory.push({ at: (performance.now() - startedAt) / 1_000, value: total('process_resident_memory_bytes') / 1_048_576 });
    heap.push(total('nodejs_heap_size_used_bytes') / 1_048_576);
    mostOpen = Math.max(mostOpen, total('mesh_gateway_open_orders'));
  };
  const timer = setInterval(() => { look().catch((error: unknown) => { log(`not looked: ${String(error)}`); }); }, LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      return { memory, heap, mostOpen };
    },
  };
}
