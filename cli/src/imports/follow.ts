import { setTimeout as sleep } from 'node:timers/promises';
import { MeshError, milliseconds, rateOver, seconds, type Duration } from '@order-mesh/kernel';
import { isGoingOn, type Import, type ImportDesk } from '../gateway/imports.ts';

export interface Following {
  /** What was shown last before this import was asked to go on: until something newer is heard it has not. */
  readonly before?: Import;
  /** Has the import stop; whoever follows waits for that. */
  readonly signal: AbortSignal;
  readonly onProgress: (now: Import, perSecond: number) => void;
  readonly wait?: (length: Duration) => Promise<unknown>;
  readonly now?: () => number;
}

const LOOK_EVERY = milliseconds(500);
const RATE_OVER = seconds(10);
/** A gateway that restarts is back by then, and an import that was asked to do something has been heard of. */
const MOST_LOOKS_IN_VAIN = 60;

/** Follows an import to its end, and gives how it ended. Throws what the gateway says when it says nothing else for 30 s; the import goes on all the same. */
export async function followImport(desk: ImportDesk, importId: string, { before, signal, onProgress, wait = sleep, now = Date.now }: Following): Promise<Import> {
  const rate = rateOver(RATE_OVER);
  let seen: number | null = null;
  let inVain = 0;
  let stopAsked = false;
  let hasBegun = before === undefined;
  for (;;) {
    // Until it is heard to go on it is shown as stopped, and would not be stopped again
    if (signal.aborted && !stopAsked && hasBegun) stopAsked = await stopped(desk, importId);
    const found = await desk.show(importId).catch((error: unknown) => {
      inVain += 1;
      if (inVain > MOST_LOOKS_IN_VAIN || !isAway(error)) throw error;
      return null;
    });
    if (found) {
      const isOld = found.updatedAt === before?.updatedAt;
      inVain = isOld ? inVain + 1 : 0;
      hasBegun ||= !isOld;
      if (!isOld && !isGoingOn(found)) return found;
      if (isOld && inVain > MOST_LOOKS_IN_VAIN) throw new MeshError('TIMED_OUT', { advice: 'nobody takes the import up: is crm-adapter running? "mesh doctor" tells' });
      if (seen !== null && found.seen > seen) rate.add(found.seen - seen, now());
      seen = found.seen;
      onProgress(found, rate.perSecond(now()));
    }
    await wait(LOOK_EVERY);
  }
}

/** Whether it was asked; one that has ended meanwhile needs no asking. */
async function stopped(desk: ImportDesk, importId: string): Promise<boolean> {
  try {
    await desk.stop(importId);
    return true;
  } catch (error) {
    return !isAway(error);
  }
}

const isAway = (error: unknown): boolean => error instanceof MeshError && error.code === 'NOT_RUNNING';
