import type { Duration } from '@order-mesh/kernel';
import type { Log } from './log.ts';

export interface Repeater {
  /** Before `start` it is only remembered. */
  repeat(name: string, every: Duration, work: () => Promise<void>): void;
  /** Begins: what is repeated may rely on the service running. */
  start(): void;
  /** Ends every repetition and waits for the work at hand. */
  stop(): Promise<void>;
}

/** Repeats work until stopped: after each end it waits; a failure is logged and the next turn comes all the same. */
export function createRepeater(log: Log): Repeater {
  const turns = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  const waiting: (() => void)[] = [];
  let started = false;
  let stopped = false;
  const schedule = (name: string, every: Duration, work: () => Promise<void>): void => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      const turn = work()
        .catch((error: unknown) => { if (!stopped) log.warn('repeated work failed', { work: name, error }); })
        .finally(() => {
          turns.delete(turn);
          schedule(name, every, work);
        });
      turns.add(turn);
    }, every);
    timers.add(timer);
  };
  return {
    repeat(name, every, work) {
      if (started) schedule(name, every, work);
      else waiting.push(() => { schedule(name, every, work); });
    },
    start() {
      started = true;
      for (const begin of waiting.splice(0)) begin();
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(turns);
    },
  };
}
