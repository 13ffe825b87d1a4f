import { setTimeout as sleep } from 'node:timers/promises';
import type { Duration } from '@order-mesh/kernel';

export interface Repetition {
  /** Ends it, after one more turn. */
  stop(): Promise<void>;
}

/** Repeats work, with a pause after each end, until it is stopped. A turn that fails ends it: `stop` then rejects. */
export function repeat(every: Duration, work: () => Promise<void>): Repetition {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await work();
      await sleep(every, undefined, { signal: stopping.signal }).catch(() => {});
    }
    await work();
  })();
  loop.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
