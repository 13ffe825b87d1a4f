import { memoryMbOf } from './usage.ts';

/** The processes that a run is charged for, by the name of their part. */
export type Parts = Readonly<Record<string, readonly number[]>>;

/** MB of each part at the moment. */
export function memoryOf(parts: Parts): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(parts).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + memoryMbOf(pid), 0)]));
}
