import { cursorField } from './cursor.ts';
import { pageLimit, record, signer, text } from './fields.ts';
import { momentField, momentWords } from './span.ts';

const DAY_MS = 86_400_000;

/** Days are days in Beijing, both included; a moment at the end is not. */
export const delegateBody = record({
  absent: text(1, 100).describe('Who is away: a name of the directory of people, or an alias.'),
  deputy: text(1, 100).describe('Who decides meanwhile.'),
  since: momentField(momentWords).optional().describe('From this day in Beijing on, or this moment; from now on when absent.'),
  until: momentField(momentWords).describe('Until this day in Beijing, which is included, or this moment, which is not.'),
  reason: text(0, 500).default('').describe('Why, in words.'),
  requestedBy: signer,
}).transform(({ since, until, ...rest }) => ({ ...rest, since: since?.at ?? null, until: until.at + (until.wholeDay ? DAY_MS : 0) }));

export const endDelegationBody = record({ requestedBy: signer });

export const delegationsQuery = record({ limit: pageLimit, cursor: cursorField.optional() });
