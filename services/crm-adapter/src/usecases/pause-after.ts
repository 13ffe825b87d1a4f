import { milliseconds, seconds, type Duration } from '@order-mesh/kernel';

const FIRST_PAUSE = milliseconds(100);
const LONGEST_PAUSE = seconds(15);
const MOST_DOUBLINGS = 10;

/** How long to leave the CRM alone after so many failures in a row: 0.2 s after the first, at most 15 s. */
export function pauseAfter(failures: number): Duration {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, MOST_DOUBLINGS));
}
