import { days, hours, MeshError, type Duration, type Instant } from '@order-mesh/kernel';

/** What the government decided for each year: days off, and weekend days that are worked in exchange for them. Days are named as 2026-10-01. */
export interface PublicHolidays {
  readonly daysOff: ReadonlySet<string>;
  readonly daysWorked: ReadonlySet<string>;
  /** The last year that was decided, as far as we know. */
  readonly knownUntil: number;
}

/** When people in Beijing work: Monday to Friday, but for public holidays and the days exchanged for them. */
export interface WorkingCalendar {
  readonly holidays: PublicHolidays;
  /** Since midnight. */
  readonly workFrom: Duration;
  readonly workUntil: Duration;
}

/** A moment that was found by counting working time. */
export interface WorkingMoment {
  readonly at: Instant;
  /** False when the holidays of its year are not known: only weekends were left out there. */
  readonly isSure: boolean;
}

/** Far beyond any deadline. */
const MOST_DAYS = 3_660;

/** When so much working time has passed. Throws BROKEN_PROMISE when that takes ten years. */
export function afterWorkingTime(calendar: WorkingCalendar, from: Instant, length: Duration): WorkingMoment {
  let left = length;
  let midnight = midnightOf(from);
  for (let count = 0; count < MOST_DAYS; count += 1, midnight += days(1)) {
    if (!isWorkingDay(calendar.holidays, midnight)) continue;
    const begin = Math.max(from, midnight + calendar.workFrom);
    const open = Math.max(0, midnight + calendar.workUntil - begin);
    if (left <= open) return { at: begin + left, isSure: yearOf(midnight) <= calendar.holidays.knownUntil };
    left -= open;
  }
  throw new MeshError('BROKEN_PROMISE', { advice: `the working calendar has no ${length / hours(1)} working hours within ${MOST_DAYS} days` });
}

/** Beijing has known no other offset since 1991. */
const BEIJING_OFFSET = hours(8);

const midnightOf = (instant: Instant): Instant => Math.floor((instant + BEIJING_OFFSET) / days(1)) * days(1) - BEIJING_OFFSET;

const inBeijing = (instant: Instant): Date => new Date(instant + BEIJING_OFFSET);

const yearOf = (instant: Instant): number => inBeijing(instant).getUTCFullYear();

function isWorkingDay({ daysOff, daysWorked }: PublicHolidays, midnight: Instant): boolean {
  const date = inBeijing(midnight);
  const name = date.toISOString().slice(0, 10);
  const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
  return daysWorked.has(name) || (!isWeekend && !daysOff.has(name));
}
