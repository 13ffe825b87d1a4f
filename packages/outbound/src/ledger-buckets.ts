import type { Duration, Instant } from '@order-mesh/kernel';
import { Bucket } from './bucket.ts';

export interface Allowance {
  readonly ledger: string;
  readonly most: number;
}

/** How many calls of each ledger may be taken up now: `mostOfOne`, and fewer of those named. */
export interface Shares {
  readonly mostOfOne: number;
  readonly allowances: readonly Allowance[];
}

export interface LedgerBucketsOptions {
  /** Calls (or batches) a second of each ledger. */
  readonly perSecond: number;
  /** Calls that one token may carry. */
  readonly largestBatch: number;
}

/** One token bucket a ledger of a partner system. Only those that are not full are kept: an idle ledger costs nothing. */
export class LedgerBuckets {
  readonly #options: LedgerBucketsOptions;
  readonly #buckets = new Map<string, Bucket>();
  readonly #throttled = new Map<string, Instant>();

  constructor(options: LedgerBucketsOptions) {
    this.#options = options;
  }

  /** How many calls of the ledger its tokens carry. */
  allows(ledger: string, now: Instant): number {
    return (this.#buckets.get(ledger)?.tokens(now) ?? this.#options.perSecond) * this.#options.largestBatch;
  }

  /** Takes one token of each ledger. */
  take(ledgers: Iterable<string>, now: Instant): void {
    for (const ledger of new Set(ledgers)) this.#bucketOf(ledger).take(now);
  }

  /** No call of the ledger before `until`, then slowly at first; the other ledgers go on. */
  throttle(ledger: string, until: Instant, now: Instant): void {
    if (until <= (this.#throttled.get(ledger) ?? 0)) return;
    this.#throttled.set(ledger, until);
    this.#bucketOf(ledger).shutUntil(until, now);
  }

  /** Until when the ledger is left alone; undefined when it is not. */
  throttledUntil(ledger: string, now: Instant): Instant | undefined {
    const until = this.#throttled.get(ledger);
    return until !== undefined && until > now ? until : undefined;
  }

  /** How many ledgers are left alone. */
  throttledCount(now: Instant): number {
    return [...this.#throttled.values()].filter((until) => until > now).length;
  }

  /** Whether any ledger has to wait for a token. */
  isAnyShort(now: Instant): boolean {
    return [...this.#buckets.values()].some((bucket) => bucket.tokens(now) === 0);
  }

  /** What each ledger may have of the next `limit` calls; `heldOf` counts what it has already. Forgets the ledgers that are as they began. */
  shares(limit: number, now: Instant, heldOf: (ledger: string) => number): Shares {
    for (const [ledger, until] of this.#throttled) if (until <= now) this.#throttled.delete(ledger);
    for (const [ledger, bucket] of this.#buckets) if (bucket.isFull(now) && heldOf(ledger) === 0) this.#buckets.delete(ledger);
    const mostOfOne = Math.min(limit, this.#options.perSecond * this.#options.largestBatch);
    const allowances = [...this.#buckets.keys()].map((ledger) => ({ ledger, most: Math.max(0, this.allows(ledger, now) - heldOf(ledger)) }));
    return { mostOfOne, allowances: allowances.filter(({ most }) => most < mostOfOne) };
  }

  /** The ledgers of which more calls may be due than their tokens carried. */
  usedUp(claimed: readonly { readonly ledger: string }[], { mostOfOne, allowances }: Shares): readonly string[] {
    const taken = Map.groupBy(claimed, ({ ledger }) => ledger);
    const mostOf = new Map([...[...taken.keys()].map((ledger): readonly [string, number] => [ledger, mostOfOne]), ...allowances.map(({ ledger, most }): readonly [string, number] => [ledger, most])]);
    return [...mostOf].filter(([ledger, most]) => (taken.get(ledger)?.length ?? 0) >= most).map(([ledger]) => ledger);
  }

  /** How long until the first of these has a token. */
  waitMs(ledgers: readonly string[], now: Instant): Duration {
    return Math.min(...ledgers.map((ledger) => this.#buckets.get(ledger)?.waitMs(now) ?? 0));
  }

  #bucketOf(ledger: string): Bucket {
    const bucket = this.#buckets.get(ledger) ?? new Bucket(this.#options.perSecond);
    this.#buckets.set(ledger, bucket);
    return bucket;
  }
}
