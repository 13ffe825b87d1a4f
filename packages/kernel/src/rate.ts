import { seconds, type Duration, type Instant } from './time.ts';

const BUCKET = seconds(1);

/** How often something happens at the moment. */
export interface Rate {
  add(count: number, now: Instant): void;
  /** A second, over the window, or since the first time where that is shorter. 0 while nothing has happened in it. */
  perSecond(now: Instant): number;
}

/** Counts over the last `window`, in a bounded number of buckets. */
export function rateOver(window: Duration): Rate {
  const buckets = new Map<number, number>();
  let since: Instant | null = null;
  const forget = (now: Instant): void => {
    for (const bucket of buckets.keys()) if (bucket * BUCKET <= now - window) buckets.delete(bucket);
    if (buckets.size === 0) since = null;
  };
  return {
    add(count, now) {
      forget(now);
      since ??= now;
      const bucket = Math.floor(now / BUCKET);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
    },
    perSecond(now) {
      forget(now);
      if (since === null) return 0;
      const total = [...buckets.values()].reduce((sum, count) => sum + count, 0);
      return (total * 1_000) / Math.max(BUCKET, Math.min(window, now - since));
    },
  };
}
