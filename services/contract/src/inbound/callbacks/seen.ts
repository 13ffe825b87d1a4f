import { minutes, type Instant } from '@order-mesh/kernel';

/** Callbacks this process has taken lately: one that comes again, from the provider or from somebody who overheard it, changes nothing. */
export interface SeenCallbacks {
  has(proof: string, now: Instant): boolean;
  /** Only what was noted down: what we failed to note must be taken when it comes again. */
  note(proof: string, now: Instant): void;
}

// Twice as long as a stamp is believed
const KEPT_FOR = minutes(10);
const MOST = 50_000;

/** Starts with none seen. Beyond 50,000 in ten minutes the oldest are forgotten: their flows are then looked at once more, which harms nobody. */
export function seenCallbacks(): SeenCallbacks {
  const seen = new Map<string, Instant>();
  const forget = (now: Instant): void => {
    for (const [proof, at] of seen) {
      if (at > now - KEPT_FOR && seen.size <= MOST) return;
      seen.delete(proof);
    }
  };
  return {
    has(proof, now) {
      forget(now);
      return seen.has(proof);
    },
    note(proof, now) {
      seen.set(proof, now);
      forget(now);
    },
  };
}
