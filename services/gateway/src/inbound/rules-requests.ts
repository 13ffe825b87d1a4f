import { z } from 'zod';
import { cursorField } from './cursor.ts';
import { missingOr, orderNumber, pageLimit, record, signer, text } from './fields.ts';
import { momentField, momentWords } from './span.ts';

/** With what travels beside it, a set has to fit into one message. */
const MOST_BYTES = 500_000;

const content = z.record(z.string(), z.unknown(), { error: missingOr('must be a rule set: {"point", "rules"}') })
  .refine((rules) => bytesOf(rules) <= MOST_BYTES, `must be at most ${MOST_BYTES} bytes of JSON, a rule set`)
  .describe('The rules in their order, as GET /v1/rules/{point} gives them; every cell is checked before anybody is asked.');
const author = signer;
const reason = text(1, 500).describe('Why, in words.');
const changeId = orderNumber.optional().describe('Names the change: the same name is the same change. A new one when absent.');
const hash = z.string({ error: missingOr('must be the hash of the rules in force') }).regex(/^[0-9a-f]{16}$/, 'must be the hash of the rules in force: 16 hexadecimal digits');

export const proposeRulesBody = record({
  content, basedOn: hash.describe('Hash of the rules in force that it was written against; refused when others are in force meanwhile.'), author, reason, changeId,
});

export const decideRulesBody = record({
  decidedBy: signer,
  comment: text(0, 500).default('').describe('Why, in words.'),
});

const version = 'must be a version: 0 for the shipped rules, or one that was published';

export const rollBackRulesBody = record({
  version: z.number({ error: missingOr(version) }).int(version).min(0, version).max(2 ** 31 - 1, version).describe('Which is to be in force again; 0 are the shipped rules.'),
  author, reason, changeId,
});

export const simulateRulesBody = record({
  content,
  since: momentField(momentWords).describe('Decisions since this day in Beijing, or this moment.'),
  until: momentField(momentWords).describe('Decisions before this moment, or up to this day in Beijing, included.'),
  author,
});

const shadowHours = 'must be a whole number of hours from 1 to 2160: 90 days';

export const shadowRulesBody = record({
  forHours: z.number({ error: shadowHours }).int(shadowHours).min(1, shadowHours).max(2_160, shadowHours).default(168).describe('It ends by itself after so many hours; a week when absent.'),
  author,
});

export const endShadowBody = record({ author });

export const rulesChangesQuery = record({ limit: pageLimit, cursor: cursorField.optional() });


function bytesOf(rules: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(rules));
  } catch {
    // nested so deeply that nothing can write it
    return Infinity;
  }
}
