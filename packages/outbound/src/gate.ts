import CircuitBreaker from 'opossum';
import type { Duration, Instant } from '@order-mesh/kernel';
import type { Log, Metrics } from '@order-mesh/platform';
import type { Inquiry } from './call.ts';

/** Stands before a partner system: closed to calls while the partner is in trouble, and never faster than agreed. */
export interface Gate {
  /** How long until one more attempt may go through beside those under way; undefined when first one of them has to end or the partner to recover. */
  waitMs(now: Instant, underWay: number): Duration | undefined;
  readonly isShut: boolean;
  /** Lets an attempt through and watches how it ends; resolves with undefined, nothing done, when it is shut. */
  pass(now: Instant, attempt: () => Promise<readonly Inquiry[]>): Promise<readonly Inquiry[] | undefined>;
  close(): void;
}

export interface GateOptions {
  readonly system: string;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Called when calls may go through again. */
  readonly onReopened: () => void;
}

const TRY_AGAIN_AFTER_MS = 5_000;
const WATCHED_MS = 10_000;
const FEWEST_CALLS = 10;

class Troubled extends Error {
  readonly results: readonly Inquiry[];
  constructor(results: readonly Inquiry[]) {
    super('the partner is in trouble');
    this.results = results;
  }
}

/** One breaker (opossum) and one token bucket per system. A refusal is an answer and never shuts it. */
export function openGate({ system, concurrency, perSecond, log, metrics, onReopened }: GateOptions): Gate {
  const breaker = new CircuitBreaker(watched, {
    name: system,
    // Attempts end by their own signal: opossum's timeout would leave them running
    timeout: false,
    volumeThreshold: FEWEST_CALLS,
    errorThresholdPercentage: 50,
    rollingCountTimeout: WATCHED_MS,
    resetTimeout: TRY_AGAIN_AFTER_MS,
  });
  const shut = metrics.gauge('mesh_partner_shut', 'Whether calls to the partner wait because it is in trouble', ['system']);
  const tell = (event: string, value: number) => {
    log.warn(event, { system });
    shut.set(value, { system });
  };
  shut.set(0, { system });
  breaker.on('open', () => tell('partner in trouble, calls wait', 1));
  breaker.on('close', () => tell('partner well again', 0));
  breaker.on('halfOpen', onReopened);
  breaker.on('close', onReopened);
  const bucket = fullBucket(perSecond);
  return {
    waitMs(now, underWay) {
      if (breaker.opened || underWay >= (breaker.halfOpen ? 1 : concurrency)) return undefined;
      return bucket.waitMs(now);
    },
    get isShut() {
      return breaker.opened;
    },
    async pass(now, attempt) {
      bucket.take(now);
      try {
        return await breaker.fire(attempt);
      } catch (error) {
        if (error instanceof Troubled) return error.results;
        return undefined;
      }
    },
    close: () => breaker.shutdown(),
  };
}

async function watched(attempt: () => Promise<readonly Inquiry[]>): Promise<readonly Inquiry[]> {
  const results = await attempt();
  if (results.length > 0 && results.every(({ type }) => type === 'unavailable' || type === 'unknown')) throw new Troubled(results);
  return results;
}

function fullBucket(perSecond: number) {
  let tokens = perSecond;
  let filledAt = 0;
  const fill = (now: Instant) => {
    tokens = Math.min(perSecond, tokens + (Math.max(0, now - filledAt) / 1_000) * perSecond);
    filledAt = now;
  };
  return {
    waitMs(now: Instant): Duration {
      fill(now);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1_000);
    },
    take(now: Instant): void {
      fill(now);
      tokens -= 1;
    },
  };
}
