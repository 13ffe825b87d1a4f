import { setTimeout as wait } from 'node:timers/promises';
import type { Duration } from '@order-mesh/kernel';

/** Waits, but not longer than until `signal` aborts. */
export async function pause(length: Duration, signal: AbortSignal): Promise<void> {
  await wait(length, undefined, { signal }).catch(() => {});
}
