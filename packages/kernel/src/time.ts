/** A moment: milliseconds since 1970-01-01T00:00Z. UTC on the wire, Asia/Shanghai only on a screen. */
export type Instant = number;

/** A length of time in milliseconds; make one with `seconds`, `minutes`, `hours`, `days`. */
export type Duration = number;

export const milliseconds = (count: number): Duration => count;
export const seconds = (count: number): Duration => count * 1_000;
export const minutes = (count: number): Duration => count * 60_000;
export const hours = (count: number): Duration => count * 3_600_000;
export const days = (count: number): Duration => count * 86_400_000;

/** Where time comes from; the domain gets an `Instant` as an argument instead. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until told: for tests and simulation. */
export function settableClock(start: Instant): Clock & { advance(by: Duration): void } {
  let now = start;
  return { now: () => now, advance: (by) => { now += by; } };
}
