import { setTimeout as sleep } from 'node:timers/promises';
import { percentilesOf, until, type Percentiles } from '../harness/meter.ts';
import { onDatabase } from '../harness/servers.ts';
import { orderAt, orderIdOf, type Prefix, type Variant } from '../workload.ts';
import type { BenchMesh, Telling } from './mesh.ts';
import { countersOf } from './metrics.ts';

export interface Load {
  readonly prefix: Prefix;
  /** Of the first order. */
  readonly from: number;
  readonly count: number;
  readonly variant: Variant;
}

export interface Outcome {
  readonly orders: number;
  /** From the first submit until the last order has ended and the last message is on Kafka. */
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly latencyMs: Percentiles;
}

const STALLED_AFTER_MS = 60_000;
const SUBMITTED_TOGETHER = 500;

/** Submits all orders as fast as Kafka takes them, and waits for the end of each. */
export async function submitAll(mesh: BenchMesh, load: Load, progress: (done: number) => void = () => {}): Promise<Outcome> {
  const messages = placements(load);
  const ends = awaitEnds(mesh, load, progress);
  const startedAt = performance.now();
  const begun = new Map(messages.map(({ key }) => [key, startedAt]));
  for (let at = 0; at < messages.length; at += SUBMITTED_TOGETHER) await mesh.publish(messages.slice(at, at + SUBMITTED_TOGETHER));
  return outcomeOf(await ends, begun, { startedAt, endedAt: await published(mesh) });
}

/** Submits one order every 1/rate seconds, whatever becomes of those before; the clock of each starts when it is due. */
export async function submitSteadily(mesh: BenchMesh, load: Load, rate: number, progress: (done: number) => void = () => {}): Promise<Outcome> {
  const messages = placements(load);
  const ends = awaitEnds(mesh, load, progress);
  const startedAt = performance.now() + 50;
  const begun = new Map(messages.map(({ key }, index) => [key, startedAt + index * 1_000 / rate]));
  for (let next = 0; next < messages.length;) {
    const due = startedAt + next * 1_000 / rate;
    const wait = due - performance.now();
    if (wait > 0.5) await sleep(wait);
    // so many that waiting is never worth it: what is due within a millisecond leaves together
    else if (rate >= 1_000) await sleep(1);
    const last = Math.min(messages.length, Math.floor((performance.now() - startedAt) * rate / 1_000) + 1);
    if (last > next) void mesh.publish(messages.slice(next, last)).catch((error: unknown) => { queueMicrotask(() => { throw error; }); });
    next = Math.max(next, last);
  }
  return outcomeOf(await ends, begun, { startedAt, endedAt: await published(mesh) });
}

function placements({ prefix, from, count, variant }: Load): readonly Telling[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'OrderPlaced', key: orderIdOf(prefix, from + index), value: orderAt(prefix, from + index, variant) }));
}

/** Resolves when the outbox is empty, with the moment at which Kafka had acknowledged all: rows are dropped up to a quarter of a second later. */
async function published(mesh: BenchMesh): Promise<number> {
  const acknowledgedAt = await until('Kafka to acknowledge all messages', STALLED_AFTER_MS, async () => ((await unpublishedIn(mesh)) === 0 ? performance.now() : undefined));
  await onDatabase(mesh.databaseUrl, (client) => until('the outbox to be empty', STALLED_AFTER_MS, async () => (
    (await client.query('select from messaging.outbox limit 1')).rowCount === 0 ? true : undefined)));
  return acknowledgedAt;
}

/** Committed batches whose messages Kafka has not acknowledged. */
async function unpublishedIn(mesh: BenchMesh): Promise<number> {
  const unpublished = (await countersOf(mesh)).get('mesh_unpublished_batches');
  if (unpublished === undefined) throw new Error('the mesh no longer tells how many batches are unpublished');
  return unpublished;
}

interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

function outcomeOf(ends: ReadonlyMap<string, number>, begun: ReadonlyMap<string, number>, { startedAt, endedAt }: Span): Outcome {
  const seconds = (endedAt - startedAt) / 1_000;
  const took = [...ends].map(([orderId, at]) => at - (begun.get(orderId) ?? Number.NaN));
  return { orders: ends.size, seconds, ordersPerSecond: ends.size / seconds, latencyMs: percentilesOf(took) };
}

function awaitEnds(mesh: BenchMesh, { prefix, count }: Load, progress: (done: number) => void): Promise<ReadonlyMap<string, number>> {
  const ends = new Map<string, number>();
  return new Promise((resolve, reject) => {
    let before = 0;
    let since = Date.now();
    const timer = setInterval(() => {
      progress(ends.size);
      if (ends.size > before) since = Date.now();
      before = ends.size;
      if (Date.now() - since < STALLED_AFTER_MS) return;
      clearInterval(timer);
      reject(new Error(`${count - ends.size} of ${count} orders did not end: none did for ${STALLED_AFTER_MS / 1_000} s`));
    }, 1_000);
    mesh.onEnd = (orderId) => {
      if (!orderId.startsWith(prefix) || ends.has(orderId)) return;
      ends.set(orderId, performance.now());
      if (ends.size < count) return;
      clearInterval(timer);
      resolve(ends);
    };
  });
}
