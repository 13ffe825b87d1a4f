import { z } from 'zod';
import { ruleChangeStatuses } from '../domain/rules-view.ts';
import { shadowStates } from '../domain/shadow-view.ts';
import { simulationStates } from '../domain/simulation-view.ts';
import { decideRulesBody, endShadowBody, proposeRulesBody, rollBackRulesBody, shadowRulesBody, simulateRulesBody } from './rules-requests.ts';

const time = z.iso.datetime().describe('UTC, ISO 8601.');
const count = z.number().int();
const words = z.object({ zh: z.string(), en: z.string() });
const value = z.union([z.number(), z.string(), z.boolean()]);

const field = z.object({
  name: z.string(), type: z.string().describe('money, percent, days, hours, count, multiple, text, choice or flag.'), label: words,
  unit: z.string().optional(), decimals: count.optional().describe('How many decimals a table shows of whole units: 20050 fen are written 200.5.'),
  least: z.number().optional().describe('In whole units.'), most: z.number().optional(), choices: z.array(words.extend({ value: z.string() })).optional(), example: value,
});

const release = {
  version: count.describe('0 are the shipped rules.'), hash: z.string(), since: time.nullable().describe('Null for the shipped rules.'), author: z.string(),
  approvedBy: z.string().nullable().describe('The second person; null for a rollback and the shipped rules.'), reason: z.string(), changeId: z.string(),
};

const point = z.object({
  point: z.string(), title: words, asked: words.describe('Which service decides here, and when.'), inputs: z.array(field), outputs: z.array(field),
  otherwise: z.record(z.string(), value).nullable().describe('What is said where no rule holds; null where one always has to.'), ...release,
});

const content = z.record(z.string(), z.unknown()).describe('The rules in their order.');

const change = z.object({
  changeId: z.string(), point: z.string(), kind: z.enum(['proposal', 'rollback']),
  status: z.enum(ruleChangeStatuses).describe('asked: being checked. proposed: waits for a second person. refused: by the checks. rejected: by the second person.'),
  author: z.string(), reason: z.string(), askedAt: time, basedOn: z.string().nullable(), hash: z.string().nullable(), toVersion: count.nullable().describe('Which version a rollback goes back to.'),
  version: count.nullable().describe('The version that came of it.'), decidedBy: z.string().nullable(), comment: z.string().nullable(), decidedAt: time.nullable(),
  findings: z.array(z.unknown()).describe('What was noticed, with examples.'), detail: z.string().describe('Why it was refused, with the rule and the cell; empty otherwise.'),
  refusal: z.object({ reason: z.string(), detail: z.string(), by: z.string(), at: time }).nullable().describe('The last wish about it that was not carried out.'),
});

const shadow = z.object({
  shadowId: z.string(), changeId: z.string(), point: z.string(),
  state: z.enum(shadowStates).describe('asked: not begun yet. ending: the last decisions are being counted.'), author: z.string(), since: time.nullable(), until: time.nullable().describe('It ends by itself then.'),
  decisions: count.describe('Made beside those of the rules in force.'), checked: count.describe('Orders they were about; one that is decided on anew counts again.'), changed: count.describe('Those that would have been decided otherwise.'),
  outcomes: z.array(z.unknown()).describe('As of a simulation.'), examples: z.array(z.unknown()).describe('Up to 10 that would have been decided otherwise: `was` by `wasRule`, `would` by `rule`, with their facts.'),
  endedBecause: z.string().describe('stopped, released, rejected, replaced, over, or why these rules could not go on; empty while it runs.'), endedBy: z.string().nullable(), updatedAt: time.nullable(),
});

const counts = {
  asked: count, live: count.describe('Changes that went live, rollbacks included.'), liveByBusiness: count, liveByIt: count, liveByUnknown: count.describe('Of authors who are not in the directory.'),
  rollbacks: count, rejected: count.describe('By the second person.'), refused: count.describe('By the checks.'),
};

const decision = z.object({
  point: z.string(), title: words.nullable(), decidedAt: time, rule: z.string().nullable().describe('Null where no rule held.'), sentence: z.string().describe('What the rule says; empty where none held.'),
  hash: z.string(), version: count.nullable().describe('0 are the shipped rules; null where rules of this hash were never released here.'),
  facts: z.record(z.string(), value).describe('In whole units: fen, days.'), said: z.record(z.string(), value), toldBy: z.string().describe('The message that told it first.'),
});

/** The bodies about rules, by their names in the documentation. */
export const rulesBodies = {
  RulePoints: z.object({ items: z.array(point) }),
  RulePoint: point.extend({ content, versions: z.array(z.object(release)).describe('Newest first.') }),
  RulesVersion: z.object({ point: z.string(), ...release, content }),
  RulesAdoption: z.object({
    ...counts, hasDirectory: z.boolean(), businessShare: z.number().nullable().describe('0 to 1, of the changes that went live; null where none did, or there is no directory of people.'),
    leadTime: z.object({ changes: count, medianSeconds: count, p90Seconds: count }).nullable().describe('From asked for to live, over proposals.'),
    months: z.array(z.object({ month: z.string().describe('In Beijing, such as 2026-06.'), ...counts })), unknownAuthors: z.array(z.string()),
  }),
  OrderDecisions: z.object({ orderId: z.string(), items: z.array(decision) }),
  ProposeRules: proposeRulesBody,
  DecideRules: decideRulesBody,
  RollBackRules: rollBackRulesBody,
  SimulateRules: simulateRulesBody,
  ShadowRules: shadowRulesBody,
  EndShadow: endShadowBody,
  RulesShadow: shadow,
  RulesShadows: z.object({ items: z.array(shadow) }),
  RulesChange: change,
  RulesChangeWithContent: change.extend({ content: content.nullable().describe('Null until it is checked.') }),
  RulesChangePage: z.object({ items: z.array(change), nextCursor: z.string().nullable().describe('Pass it as `cursor` for the next page; null on the last.') }),
  RulesSimulation: z.object({
    simulationId: z.string(), point: z.string(), state: z.enum(simulationStates), total: count.describe('Orders there are whose past decisions can be looked at.'), checked: count,
    changed: count.describe('Those that would have been decided otherwise.'),
    outcomes: z.array(z.unknown()).describe('How many orders, and how much money in fen, by what was said and what would have been said; where rules give money, `given` and `wouldGive` in fen, too, and `margin`: of the `orders` whose costs are all known, what is `paid`, what would be (`wouldPay`) and their `cost`.'),
    examples: z.array(z.unknown()).describe('Some that would have been decided otherwise, with their facts.'), detail: z.string().describe('Why it was refused, or what of the past is not kept and so not looked at; empty otherwise.'),
    author: z.string().nullable(), since: time.nullable(), until: time.nullable(), askedAt: time.nullable(), updatedAt: time.nullable(),
  }),
} as const;
