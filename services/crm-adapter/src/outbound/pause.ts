import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds, type Duration } from '@order-mesh/kernel';
import type { Congestion } from '@order-mesh/platform';

/** Waits, but not longer than until `signal` aborts. */
export async function pause(length: Duration, signal: AbortSignal): Promise<void> {
  await sleep(length, undefined, { signal }).catch(() => {});
}

const LOOK_EVERY = milliseconds(250);

/** Waits while new orders have to, but not longer than until `signal` aborts. */
export const roomIn = (congestion: Pick<Congestion, 'now'>, wait: typeof pause) => async (signal: AbortSignal): Promise<void> => {
  while (congestion.now() !== null && !signal.aborted) await wait(LOOK_EVERY, signal);
};
