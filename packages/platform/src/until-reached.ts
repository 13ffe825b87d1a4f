import { MeshError, seconds } from '@order-mesh/kernel';
import type { Log } from './log.ts';
import { isPassing } from './postgres/database.ts';

const AGAIN_AFTER = seconds(0.5);

/** Does it again as long as a server is away: a process that ended would only be started again. Throws what waiting does not mend. */
export async function untilReached(work: () => Promise<void>, log: Log): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) && !isPassing(error)) throw error;
      log.warn('waiting', { for: isAway(error) ? 'Kafka' : 'the database', error });
      await new Promise((resolve) => { setTimeout(resolve, AGAIN_AFTER); });
    }
  }
}

const isAway = (error: unknown): boolean => error instanceof MeshError && error.code === 'BROKER_UNREACHABLE';
