import { MeshError, seconds, systemClock, type Duration } from '@order-mesh/kernel';
import type { Log } from './log.ts';
import { isPassing } from './postgres/database.ts';

const AGAIN_AFTER = seconds(0.5);

export interface Awaited {
  /** What is waited for, as the log names it. */
  readonly what: string;
  readonly log: Log;
  /** How long at most; as long as it takes if not said. */
  readonly patience?: Duration;
}

/** Does it again as long as a server is away: a process that ended would only be started again. Throws what waiting does not mend. */
export async function untilReached<Result>({ what, log, patience = Infinity }: Awaited, work: () => Promise<Result>): Promise<Result> {
  for (const end = systemClock.now() + patience; ;) {
    try {
      return await work();
    } catch (error) {
      if (!(isAway(error) || isPassing(error)) || systemClock.now() > end) throw error;
      log.warn('waiting', { for: what, error });
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_AFTER); });
    }
  }
}

const isAway = (error: unknown): boolean => error instanceof MeshError && error.code === 'BROKER_UNREACHABLE';
