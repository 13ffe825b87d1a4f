import { rateOver, seconds, type Instant } from '@order-mesh/kernel';
import type { Full, Metrics } from '@order-mesh/platform';
import { partnerMeasures } from './measures.ts';

/** Counted so much further than the limit, for an estimate of how long it takes. */
const COUNTED_TIMES = 3;
/** Room is told of again only when so much of the limit is free, so that a door does not flutter. */
const FREE_BELOW = 0.9;
const LONGEST = seconds(60);

export interface BacklogOptions {
  readonly system: string;
  readonly mostWaiting: number;
  readonly metrics: Metrics;
}

/** How many calls to a partner are not settled, and how fast they become so: what new orders have to wait for. */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #settled = rateOver(seconds(10));
  #waiting = 0;
  #isFull = false;

  constructor(options: BacklogOptions) {
    const { metrics, system } = options;
    this.#options = options;
    metrics.watched(partnerMeasures.waiting, () => this.#waiting, { system });
  }

  settled(count: number, now: Instant): void {
    this.#settled.add(count, now);
  }

  /** How far to count. */
  get countedTo(): number {
    return this.#options.mostWaiting * COUNTED_TIMES;
  }

  /** Takes a new count of the calls that are not settled. */
  counted(waiting: number): void {
    const { mostWaiting } = this.#options;
    this.#waiting = waiting;
    this.#isFull = waiting >= (this.#isFull ? mostWaiting * FREE_BELOW : mostWaiting);
  }

  full(now: Instant): Full | null {
    if (!this.#isFull) return null;
    const { system, mostWaiting } = this.#options;
    const tooMany = this.#waiting - mostWaiting * FREE_BELOW;
    const settled = this.#settled.perSecond(now);
    const perSecond = Math.max(1, settled);
    return { reason: `${this.#waiting} calls wait for ${system}, which answers ${Math.round(settled)} a second`, perSecond, freeIn: settled === 0 ? LONGEST : Math.min(LONGEST, (tooMany / perSecond) * 1_000) };
  }
}
