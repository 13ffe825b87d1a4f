import type { Instant } from '@order-mesh/kernel';

const DAY_MS = 86_400_000;
const BEIJING_MS = 8 * 3_600_000;

/** When a day such as 2026-12-31 begins in Beijing; null for what is no day. */
export function dayBegins(day: string | undefined): Instant | null {
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return null;
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : at - BEIJING_MS;
}

/** When the day after this one begins in Beijing; null for what is no day to come. */
export function dayAfter(day: string | undefined, now: Instant): Instant | null {
  const begins = dayBegins(day);
  return begins !== null && begins + DAY_MS > now ? begins + DAY_MS : null;
}
