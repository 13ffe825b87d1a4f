import { milliseconds, type Duration, type Instant } from '@order-mesh/kernel';

/** How often somebody may come: at this pace, and so many at once who has not come for a while. */
export interface Allowance {
  readonly perSecond: number;
  readonly atOnce: number;
}

export type Admittance =
  | { readonly type: 'in'; readonly left: number }
  | { readonly type: 'out'; readonly comeAgainIn: Duration };

/** Counts for each name by itself how much of its allowance is used; a name that has not come for long is forgotten before one that has. */
export interface Allowances {
  /** Uses one up, if there is one. */
  use(name: string, now: Instant): Admittance;
  /** What `use` would say, using nothing. */
  look(name: string, now: Instant): Admittance;
}

/** Keeps at most `mostNames`: memory is bounded whoever comes. */
export function allowances({ perSecond, atOnce }: Allowance, mostNames: number): Allowances {
  const pauseMs = 1_000 / perSecond;
  const longestMs = atOnce * pauseMs;
  /** When the allowance of a name will be whole again. */
  const wholeAt = new Map<string, Instant>();
  const verdict = (whole: number, now: Instant): Admittance => {
    const over = whole + pauseMs - now - longestMs;
    if (over > ROUNDING_MS) return { type: 'out', comeAgainIn: milliseconds(Math.ceil(over)) };
    return { type: 'in', left: Math.floor((longestMs - (whole + pauseMs - now) + ROUNDING_MS) / pauseMs) };
  };
  const wholeOf = (name: string, now: Instant): number => Math.max(now, wholeAt.get(name) ?? now);
  return {
    use(name, now) {
      const whole = wholeOf(name, now);
      const said = verdict(whole, now);
      wholeAt.delete(name);
      if (wholeAt.size >= mostNames) for (const oldest of wholeAt.keys()) { wholeAt.delete(oldest); break; }
      wholeAt.set(name, said.type === 'in' ? whole + pauseMs : whole);
      return said;
    },
    look: (name, now) => verdict(wholeOf(name, now), now),
  };
}

/** A pause such as a third of a millisecond is not exact in binary. */
const ROUNDING_MS = 1e-6;
