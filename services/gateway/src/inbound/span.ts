import type { Instant } from '@order-mesh/kernel';
import { z } from 'zod';
import { oneOf, record } from './fields.ts';

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 86_400_000;
const BEIJING_MS = 8 * 3_600_000;
const LAST_INSTANT = Date.UTC(9999, 11, 31);

export const momentWords = 'must be a day (2026-08-31) or a moment with its offset (2026-08-31T09:00:00+08:00)';

/** When a day begins in Beijing, or the moment itself; null for what is neither. */
function instantOf(text: string): { readonly at: Instant; readonly wholeDay: boolean } | null {
  const wholeDay = DAY.test(text);
  if (!wholeDay && !MOMENT.test(text)) return null;
  const at = Date.parse(wholeDay ? `${text}T00:00:00Z` : text);
  // Date.parse takes 31 February for 3 March
  const isReal = Number.isFinite(at) && isRealDay(text.slice(0, 10));
  return isReal ? { at: wholeDay ? at - BEIJING_MS : at, wholeDay } : null;
}

function isRealDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().slice(0, 10) === day;
}

/** A day in Beijing, or a moment with its offset; `absent` says what is wrong with what is no text. */
export const momentField = (absent: string) => z.string({ error: absent }).transform((text, context) => {
  const read = instantOf(text);
  if (read) return read;
  context.addIssue({ code: 'custom', message: momentWords });
  return z.NEVER;
});

const date = momentField('must be given once');

/** Days are days in Beijing, both included; moments are half open. Null bounds are open. */
export const confirmedQuery = record({
  from: date.optional(),
  to: date.optional(),
  format: oneOf(['json', 'csv']).default('json'),
}).transform(({ from, to, format }, context) => {
  const span = { from: from?.at ?? 0, to: to ? to.at + (to.wholeDay ? DAY_MS : 0) : LAST_INSTANT };
  if (span.from <= span.to) return { span, format };
  context.addIssue({ code: 'custom', message: 'must not be after `to`', path: ['from'] });
  return z.NEVER;
});
