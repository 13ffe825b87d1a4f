const DAY = 86_400_000;
const SHANGHAI = 8 * 3_600_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The calendar day in Shanghai, where the books are kept: "2026-11-24". */
export function dayOf(instant: number): string {
  return new Date(instant + SHANGHAI).toISOString().slice(0, 10);
}

/** The day `days` after `date`, which is written "2026-11-24". */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Whether the text is a day of the calendar, written "2026-11-24". */
export function isDay(text: string): boolean {
  const instant = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/** The accounting period of a day: "2026-11". */
export function periodOf(date: string): string {
  return date.slice(0, 7);
}
