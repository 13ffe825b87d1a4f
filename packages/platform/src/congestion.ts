import type { Duration } from '@order-mesh/kernel';
import type { Log } from './log.ts';
import { batchMeasures } from './measures.ts';
import type { Metrics } from './metrics.ts';

/** A queue that takes no more. */
export interface Full {
  /** In words, for whoever has to wait. */
  readonly reason: string;
  /** About how long until there is room, at the pace at which it is worked off. */
  readonly freeIn: Duration;
  /** The pace at which it is worked off; above 0. */
  readonly perSecond: number;
}

/**
 * What new orders have to wait for, wherever they come from. Whoever keeps a queue in this process says when it is full; the doors look before
 * they take anything new. An order under way never waits for it: only so does a full queue get empty.
 */
export interface Congestion {
  /** Adds a queue. `look` is asked often: it must cost nothing. */
  watch(look: () => Full | null): void;
  /** Null when new orders may come, else the queue that takes longest. */
  now(): Full | null;
}

/** Nothing is full yet; logs and shows when that changes. */
export function createCongestion(log: Log, metrics: Metrics): Congestion {
  const looks: (() => Full | null)[] = [];
  let told = false;
  const longest = (): Full | null => looks.map((look) => look()).reduce((most, one) => (one !== null && (most === null || one.freeIn > most.freeIn) ? one : most), null);
  const now = (): Full | null => {
    const full = longest();
    if ((full !== null) !== told) {
      told = full !== null;
      if (full) log.warn('new orders wait', { reason: full.reason });
      else log.info('new orders come in again');
    }
    return full;
  };
  metrics.watched(batchMeasures.congested, () => (now() === null ? 0 : 1), {});
  return { watch: (look) => { looks.push(look); }, now };
}
