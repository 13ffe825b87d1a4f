import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { memoryOf, type Parts } from './memory.ts';
import { cpuSecondsOf } from './usage.ts';

export type { Parts } from './memory.ts';

export interface PartUsage {
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** Watches processes from now on; `stop` tells what each part used meanwhile. */
export function meter(parts: Parts): { readonly stop: () => Readonly<Record<string, PartUsage>> } {
  const names = Object.keys(parts);
  const cpuOf = (name: string): number => sum((parts[name] ?? []).map(cpuSecondsOf));
  const before = new Map(names.map((name) => [name, cpuOf(name)]));
  const peaks = new Map<string, number>();
  const note = (seen: Readonly<Record<string, number>>): void => {
    for (const [name, mb] of Object.entries(seen)) peaks.set(name, Math.max(peaks.get(name) ?? 0, mb));
  };
  const watch = new Worker(new URL('./memory-watch.js', import.meta.url), { workerData: parts });
  watch.on('message', note);
  watch.unref();
  note(memoryOf(parts));
  return {
    stop() {
      void watch.terminate();
      note(memoryOf(parts));
      return Object.fromEntries(names.map((name) => [name, { cpuSeconds: cpuOf(name) - (before.get(name) ?? 0), peakMb: peaks.get(name) ?? 0 }]));
    },
  };
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Nearest rank. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((one, other) => one - other);
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99), max: sorted.at(-1) ?? Number.NaN };
}

/** Waits until `look` finds what it looks for. Throws with `what` after `withinMs`. */
export async function until<Found>(what: string, withinMs: number, look: () => Promise<Found | undefined>): Promise<Found> {
  for (const end = Date.now() + withinMs; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`gave up waiting for ${what} after ${withinMs / 1_000} s`);
    await sleep(20);
  }
}
