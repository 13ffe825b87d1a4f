import { MeshError } from '@order-mesh/kernel';
import type { Log } from './log.ts';

/** A broker that is away is waited for, as long as that takes: a process that ended would only be started again. */
export async function untilReached(work: () => Promise<void>, log: Log): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MeshError && error.code === 'BROKER_UNREACHABLE')) throw error;
      log.warn('waiting', { for: 'Kafka', error });
    }
  }
}
