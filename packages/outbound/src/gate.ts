import CircuitBreaker from 'opossum';
import type { Clock, Duration, Instant } from '@order-mesh/kernel';
import type { Log, Metrics, Shown } from '@order-mesh/platform';
import { Bucket } from './bucket.ts';
import { partnerMeasures } from './measures.ts';
import type { Found } from './next.ts';

export interface GateOptions {
  readonly system: string;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Called when calls may go through again. */
  readonly onReopened: () => void;
  /** How many ledgers the partner wants left alone. */
  readonly throttledLedgers: () => number;
}

type Attempt = () => Promise<readonly Found[]>;

const TRY_AGAIN_AFTER_MS = 5_000;
const WATCHED_MS = 10_000;
const FEWEST_CALLS = 10;
/** Fewer calls of one or two ledgers is an answer; of so many it is the partner that is in trouble. */
const MANY_LEDGERS = 3;

class Troubled extends Error {
  readonly results: readonly Found[];
  constructor(results: readonly Found[]) {
    super('the partner is in trouble');
    this.results = results;
  }
}

/**
 * Stands before a partner system: shut while the partner is in trouble (one opossum breaker per system; a refusal is an answer and never opens it) or a person
 * has paused it, and never faster than agreed (one token bucket). What has waited goes on slowly at first: one attempt, then ever more over `SLOW_FOR`.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #breaker: CircuitBreaker<[Attempt], readonly Found[]>;
  readonly #bucket: Bucket;
  readonly #shut: Shown<typeof partnerMeasures.shut>;
  #trouble = '';
  #answeredAt: Instant = 0;
  #pausedBy: string | null = null;

  constructor(options: GateOptions) {
    const { system, perSecond, metrics, onReopened } = options;
    this.#options = options;
    this.#bucket = new Bucket(perSecond);
    this.#shut = metrics.gauge(partnerMeasures.shut);
    this.#shut.set(0, { system });
    this.#breaker = new CircuitBreaker((attempt: Attempt) => this.#watched(attempt), {
      name: system,
      // Attempts end by their own signal: opossum's timeout would leave them running
      timeout: false,
      volumeThreshold: FEWEST_CALLS,
      errorThresholdPercentage: 50,
      rollingCountTimeout: WATCHED_MS,
      resetTimeout: TRY_AGAIN_AFTER_MS,
    });
    this.#breaker.on('open', () => this.#tell('partner in trouble, calls wait', { detail: this.#trouble }));
    this.#breaker.on('halfOpen', onReopened);
    this.#breaker.on('close', () => this.#goOn('partner well again, calls go on slowly'));
  }

  /** Why no call goes through; null when calls do. */
  get shut(): string | null {
    if (this.#pausedBy !== null) return `calls are paused by ${this.#pausedBy}`;
    return this.#breaker.opened ? 'the partner is in trouble' : null;
  }

  /** What went wrong last, until the partner has answered again; null when it is well as far as is known. */
  get trouble(): string | null {
    return this.#breaker.opened || this.#breaker.halfOpen ? this.#trouble : null;
  }

  /** How long until one more attempt may go through beside those under way; undefined when first one of them has to end or the gate to open. */
  waitMs(now: Instant, underWay: number): Duration | undefined {
    const most = this.#breaker.halfOpen ? 1 : Math.ceil(this.#options.concurrency * this.#bucket.share(now));
    return this.shut !== null || underWay >= most ? undefined : this.#bucket.waitMs(now);
  }

  /** Whether the partner has answered anything since. */
  hasAnsweredSince(moment: Instant): boolean {
    return this.#answeredAt > moment;
  }

  /** Lets nothing through until `resume`. */
  pause(by: string): void {
    if (this.#pausedBy === by) return;
    this.#pausedBy = by;
    this.#tell('calls to the partner are paused', { by });
  }

  /** Ends a pause, if there is one. */
  resume(): void {
    if (this.#pausedBy === null) return;
    this.#pausedBy = null;
    this.#goOn('calls to the partner go on slowly');
  }

  /** Lets an attempt through and watches how it ends; resolves with undefined, nothing done, when it is shut. */
  async pass(now: Instant, attempt: Attempt): Promise<readonly Found[] | undefined> {
    this.#bucket.take(now);
    try {
      return await this.#breaker.fire(attempt);
    } catch (error) {
      return error instanceof Troubled ? error.results : undefined;
    }
  }

  close(): void {
    this.#breaker.shutdown();
  }

  async #watched(attempt: Attempt): Promise<readonly Found[]> {
    const results = await attempt();
    const [first] = results;
    if (first && 'detail' in first && results.every((result) => this.#isTrouble(result))) {
      this.#trouble = first.detail;
      throw new Troubled(results);
    }
    this.#answeredAt = this.#options.clock.now();
    return results;
  }

  #isTrouble(result: Found): boolean {
    if (result.type !== 'unavailable' && result.type !== 'unknown') return false;
    if (result.heard === true) return false;
    return result.retryAfter === undefined || this.#options.throttledLedgers() >= MANY_LEDGERS;
  }

  #goOn(event: string): void {
    this.#bucket.beginSlowly(this.#options.clock.now());
    this.#tell(event);
    this.#options.onReopened();
  }

  #tell(event: string, facts: Readonly<Record<string, unknown>> = {}): void {
    const { log, system } = this.#options;
    log.warn(event, { system, ...facts });
    this.#shut.set(this.#pausedBy === null ? Number(this.#breaker.opened) : 2, { system });
  }
}
