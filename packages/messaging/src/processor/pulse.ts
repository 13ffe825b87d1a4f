import { seconds, type Clock, type Instant } from '@order-mesh/kernel';

/** No batch takes so long while the database is well. */
const LONG = seconds(5);

/** How the batches of a processor fare: what a watchman needs to know of them. */
export class Pulse {
  readonly #clock: Clock;
  #begunAt: Instant | null = null;
  #troubleSince: Instant | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begins(): void {
    this.#begunAt = this.#clock.now();
  }

  succeeded(): void {
    this.#troubleSince = null;
  }

  /** However that went. */
  ended(): void {
    this.#begunAt = null;
  }

  /** By an accident that is to pass by itself. */
  failed(): void {
    this.#troubleSince ??= this.#clock.now();
  }

  /** Null while batches succeed, else in words how long they have not. */
  obstacle(): string | null {
    const now = this.#clock.now();
    if (this.#troubleSince !== null) return `the database has taken no batch for ${wholeSeconds(now - this.#troubleSince)} s`;
    if (this.#begunAt !== null && now - this.#begunAt >= LONG) return `the database has not answered to a batch for ${wholeSeconds(now - this.#begunAt)} s`;
    return null;
  }
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1_000);
