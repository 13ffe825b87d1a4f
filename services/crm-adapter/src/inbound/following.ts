import { milliseconds } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';

const TICK = milliseconds(250);

/** Has something done from the moment the service runs until it stops; it ends when its signal aborts. */
export function startFollowing(runtime: Pick<Runtime<unknown>, 'repeat' | 'obstacle' | 'onStop'>, what: string, follow: (signal: AbortSignal) => Promise<void>): void {
  const stopping = new AbortController();
  let following: Promise<void> | undefined;
  runtime.repeat(`start following ${what}`, TICK, async () => {
    if (following || stopping.signal.aborted || runtime.obstacle() !== null) return;
    following = follow(stopping.signal);
  });
  runtime.onStop(async () => {
    stopping.abort();
    await following;
  });
}
