import type { Clock, Duration, Instant } from '@order-mesh/kernel';

/** Wakes once, at the earliest of the moments it was set for. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at: Instant = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  setIn(wait: Duration): void {
    const at = this.#clock.now() + Math.max(wait, 1);
    if (this.#timer && at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.clear();
      this.#ring();
    }, Math.max(wait, 1));
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#at = Infinity;
  }
}
