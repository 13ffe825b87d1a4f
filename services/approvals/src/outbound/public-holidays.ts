import { createRequire } from 'node:module';
import { MeshError } from '@order-mesh/kernel';
import type { PublicHolidays } from '../domain/working-calendar.ts';

/** The public holidays of mainland China as the package `chinese-days` keeps them, and those of years that it does not know yet in the same form; '' for none. */
export function publicHolidays(more: string): PublicHolidays {
  const kept = datesIn(createRequire(import.meta.url)('chinese-days/dist/chinese-days.json'));
  const added = more === '' ? NO_DATES : datesIn(parsed(more));
  if (!kept || !added) throw new MeshError('BROKEN_PROMISE', { advice: 'chinese-days keeps its holidays in another form: use the version that is pinned' });
  const daysOff = new Set([...kept.daysOff, ...added.daysOff]);
  return { daysOff, daysWorked: new Set([...kept.daysWorked, ...added.daysWorked]), knownUntil: Math.max(...[...daysOff].map((day) => Number(day.slice(0, 4)))) };
}

/** Whether a text lists holidays: `{"holidays": {"2027-01-01": …}, "workdays": {…}}`, or nothing. */
export const areHolidays = (text: string): boolean => text === '' || datesIn(parsed(text)) !== null;

interface Dates {
  readonly daysOff: readonly string[];
  readonly daysWorked: readonly string[];
}

const NO_DATES: Dates = { daysOff: [], daysWorked: [] };

function datesIn(given: unknown): Dates | null {
  const { holidays, workdays }: Readonly<Record<string, unknown>> = { ...Object(given) };
  const [daysOff, daysWorked] = [daysOf(holidays), daysOf(workdays)];
  return daysOff && daysWorked && { daysOff, daysWorked };
}

function daysOf(given: unknown): readonly string[] | null {
  if (typeof given !== 'object' || given === null) return null;
  const days = Object.keys(given);
  return days.every((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)) ? days : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
