import { milliseconds } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { FollowCrm } from '../usecases/follow-crm.ts';

const TICK = milliseconds(250);

/** Follows the CRM from the moment the service runs until it stops. */
export function startFollowing(runtime: Pick<Runtime<unknown>, 'repeat' | 'obstacle' | 'onStop'>, follow: FollowCrm): void {
  const stopping = new AbortController();
  let following: Promise<void> | undefined;
  runtime.repeat('start following the CRM', TICK, async () => {
    if (following || stopping.signal.aborted || runtime.obstacle() !== null) return;
    following = follow(stopping.signal);
  });
  runtime.onStop(async () => {
    stopping.abort();
    await following;
  });
}
