/** How many API calls the organisation has answered within the last 24 hours, and how many it may. */
export interface Usage {
  /** Counts a call; false when there are no more to be had. */
  take(): boolean;
  readonly used: number;
  readonly most: number;
  /** From now on so many calls a day. */
  allow(most: number): void;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** An organisation of which nobody has asked anything yet. Calls are forgotten by the hour. */
export function apiUsage(most: number, now: () => number): Usage {
  const hours = new Map<number, number>();
  let allowed = most;
  const forget = (): void => {
    for (const hour of hours.keys()) if (hour * HOUR_MS <= now() - DAY_MS) hours.delete(hour);
  };
  const used = (): number => {
    forget();
    return [...hours.values()].reduce((sum, count) => sum + count, 0);
  };
  return {
    get used() {
      return used();
    },
    get most() {
      return allowed;
    },
    allow(calls) {
      allowed = calls;
    },
    take() {
      if (used() >= allowed) return false;
      const hour = Math.floor(now() / HOUR_MS);
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
      return true;
    },
  };
}
