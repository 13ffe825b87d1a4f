import { seconds, type Duration, type Instant } from '@order-mesh/kernel';
import type { Watched } from './contract.ts';

const FIRST_CHECK = seconds(1);

/** When to look at an open flow for the first time: soon, as its callback may come before we know the flow. */
export function watchFrom(now: Instant): Watched {
  return { checks: 0, nextCheckAt: now + FIRST_CHECK };
}

/** When to look again: each time after twice as long, up to `longest`. */
export function watchOn({ checks }: Watched, now: Instant, longest: Duration): Watched {
  return { checks: checks + 1, nextCheckAt: now + Math.min(FIRST_CHECK * 2 ** Math.min(checks + 1, 20), longest) };
}
