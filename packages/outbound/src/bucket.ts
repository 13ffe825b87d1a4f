import { seconds, type Duration, type Instant } from '@order-mesh/kernel';

/** So much of the rate is allowed at first after a pause, and twice as much each `DOUBLES_IN`. */
const FIRST_SHARE = 0.1;
const DOUBLES_IN = seconds(5);
/** How long calls go on slowly after they have waited, in milliseconds. */
export const SLOW_FOR: Duration = Math.ceil(Math.log2(1 / FIRST_SHARE) * DOUBLES_IN);

/** The share of the full rate, in (0, 1], so long after calls go on again. */
export function shareAfter(resumedFor: Duration, first = FIRST_SHARE): number {
  return Math.min(1, first * 2 ** (Math.max(0, resumedFor) / DOUBLES_IN));
}

/** A token bucket that holds a second's worth of tokens; it begins full. */
export class Bucket {
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: Instant = 0;
  #resumedAt: Instant = -Infinity;
  #shutUntil: Instant = -Infinity;
  #firstShare = FIRST_SHARE;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** From now on a tenth of the rate and one token, so that whoever was away is not overrun; the full rate after `SLOW_FOR`. */
  beginSlowly(now: Instant): void {
    this.#firstShare = FIRST_SHARE;
    this.#resumedAt = now;
    this.#filledAt = now;
    this.#tokens = 1;
  }

  /**
   * No token before `until`, then a rate that doubles each `DOUBLES_IN`. It begins with one a second, for what the partner bears is not known yet; a bucket
   * that is on its way up already begins with half of where it was, and so stays about what is borne. While it is shut only the time counts: what was turned
   * away together was turned away once.
   */
  shutUntil(until: Instant, now: Instant): void {
    const share = this.#shareAfterShutting(now);
    this.beginSlowly(until);
    this.#firstShare = share;
    this.#shutUntil = until;
  }

  /** Whole tokens that are there. */
  tokens(now: Instant): number {
    if (now < this.#shutUntil) return 0;
    this.#fill(now);
    return Math.max(0, Math.floor(this.#tokens));
  }

  /** Whether it is as it began. */
  isFull(now: Instant): boolean {
    return this.tokens(now) >= this.#perSecond && this.share(now) === 1;
  }

  /** The share of the full rate that is allowed at this moment. */
  share(now: Instant): number {
    return shareAfter(now - this.#resumedAt, this.#firstShare);
  }

  /** How long until a token is there; 0 when one is. */
  waitMs(now: Instant): Duration {
    if (now < this.#shutUntil) return this.#shutUntil - now;
    this.#fill(now);
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#rate(now)) * 1_000);
  }

  take(now: Instant): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  #shareAfterShutting(now: Instant): number {
    if (now < this.#shutUntil) return this.#firstShare;
    const least = Math.min(FIRST_SHARE, 1 / this.#perSecond);
    const share = this.share(now);
    return share === 1 ? least : Math.max(share / 2, least);
  }

  #rate(now: Instant): number {
    return this.#perSecond * this.share(now);
  }

  #fill(now: Instant): void {
    if (now < this.#shutUntil) return;
    const rate = this.#rate(now);
    this.#tokens = Math.min(Math.max(1, rate), this.#tokens + (Math.max(0, now - this.#filledAt) / 1_000) * rate);
    this.#filledAt = now;
  }
}
