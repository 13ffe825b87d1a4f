// The two ways of sending orders in, and the clock on each of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { orderAt } from './workload.mjs';

const STALL_SECONDS = 60;
const TICK_MILLISECONDS = 1_000;

/** Times n orders, the first of which has number `first`: from `begin(i)` to `finished(id)`; an order counts once, however often it is reported. */
export function createClock(n, first = 0) {
  const startedAt = new Float64Array(n);
  const doneAt = new Float64Array(n);
  const clock = {
    done: 0,
    begin: (i, at = performance.now()) => { startedAt[i - first] = at; },
    finished: (id) => {
      const i = Number(id.slice(1)) - first;
      if (doneAt[i] !== 0) return;
      doneAt[i] = performance.now();
      clock.done += 1;
      if (clock.done === n) clock.end();
    },
    end: () => {},
    figures: () => figures(startedAt, doneAt),
  };
  clock.ended = new Promise((resolve) => { clock.end = resolve; });
  return clock;
}

/** Submits n orders as fast as the client takes them, from `submitters` at a time, and returns when all are done. */
export async function submitAll({ n, first = 0, prefix, submit, submitters, clock, onTick }) {
  let next = first;
  const submitOnAndOn = async () => {
    while (next < first + n) {
      const i = next;
      next += 1;
      clock.begin(i);
      await submit(orderAt(i, prefix));
    }
  };
  await untilDone(clock, onTick, Promise.all(Array.from({ length: submitters }, submitOnAndOn)));
}

/** Submits order i at its time, whether or not the earlier ones are done, and returns when all are done. */
export async function submitOnSchedule({ n, rate, submit, clock, onTick }) {
  const submitting = [];
  const refused = Promise.withResolvers();
  const start = performance.now();
  const submitEach = async () => {
    for (let i = 0; i < n; i += 1) {
      const scheduledAt = start + (i * 1_000) / rate;
      const wait = scheduledAt - performance.now();
      if (wait > 0) await sleep(wait);
      // the client's being late is part of what an order waits
      clock.begin(i, scheduledAt);
      submitting.push(submit(orderAt(i)).catch(refused.reject));
    }
    await Promise.all(submitting);
  };
  await untilDone(clock, onTick, Promise.race([submitEach(), refused.promise]));
}

async function untilDone(clock, onTick, submitting) {
  let stall;
  const stalled = new Promise((_, reject) => { stall = reject; });
  let lastDone = 0;
  let lastChange = Date.now();
  const timer = setInterval(() => {
    onTick(clock.done);
    if (clock.done !== lastDone) lastChange = Date.now();
    lastDone = clock.done;
    if (Date.now() - lastChange > STALL_SECONDS * 1_000) stall(new Error(`no order done for ${STALL_SECONDS} s, ${clock.done} done before`));
  }, TICK_MILLISECONDS);
  try {
    await Promise.race([Promise.all([clock.ended, submitting]), stalled]);
  } finally {
    clearInterval(timer);
  }
}

function figures(startedAt, doneAt) {
  const latencies = doneAt.map((done, i) => done - startedAt[i]);
  const seconds = (doneAt.reduce((a, b) => Math.max(a, b)) - startedAt.reduce((a, b) => Math.min(a, b))) / 1_000;
  return {
    orders: doneAt.length,
    seconds: round(seconds),
    ordersPerSecond: round(doneAt.length / seconds),
    latencyMs: percentiles(latencies),
    latencySecondHalfMs: percentiles(latencies.slice(Math.floor(latencies.length / 2))),
  };
}

function percentiles(latencies) {
  const sorted = latencies.toSorted();
  const nearestRank = (p) => round(sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]);
  return { p50: nearestRank(50), p95: nearestRank(95), p99: nearestRank(99), max: round(sorted.at(-1)) };
}

const round = (value) => Math.round(value * 100) / 100;
