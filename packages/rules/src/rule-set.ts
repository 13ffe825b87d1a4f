import { createHash } from 'node:crypto';
import type { Instant } from '@order-mesh/kernel';
import { z } from 'zod';
import type { Value, Values } from './field.ts';

/** One rule: a row of the table of its decision point. */
export interface Rule {
  /** Never used for another rule again. */
  readonly id: string;
  /** What it says, in a sentence. */
  readonly title: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Why it is there. */
  readonly reason: string;
  /** In force from this moment, and until that one; null is always. */
  readonly from: Instant | null;
  readonly until: Instant | null;
  /** Whose moment counts: that of the decision, or, so that running orders keep their rules, that of the order. */
  readonly counts: 'now' | 'when-placed';
  /** Conditions by input, as a table writes them; all have to hold, and one that is not named always does. */
  readonly when: Readonly<Record<string, string>>;
  /** What is said by output, in whole units. */
  readonly then: Values;
  /** Facts, and what has to be said on them once all rules of the set are heard. */
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly given: Values;
  readonly expect: Values;
}

/** All rules of a decision point, in their order: the first that holds decides. */
export interface RuleSet {
  readonly point: string;
  readonly rules: readonly Rule[];
}

/** The most rules that a decision point has. */
export const MOST_RULES = 1_000;
const MOST_TESTS = 50;
const MOST_TESTS_OF_SET = 2_000;

const text = (most: number) => z.string().min(1).max(most);
const instant = z.number().int().nonnegative().nullable();
const value: z.ZodType<Value> = z.union([z.number(), z.string().max(200), z.boolean()]);
const values = z.record(text(60), value);

const ruleSchema: z.ZodType<Rule> = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be small letters, digits and hyphens'),
  title: text(200),
  owner: text(80),
  reason: text(500),
  from: instant,
  until: instant,
  counts: z.enum(['now', 'when-placed']),
  when: z.record(text(60), z.string().max(2_000)),
  then: values,
  tests: z.array(z.strictObject({ given: values, expect: values })).max(MOST_TESTS),
});

const ruleSetSchema: z.ZodType<RuleSet> = z.strictObject({ point: text(60), rules: z.array(ruleSchema).max(MOST_RULES) })
  .refine(({ rules }) => rules.reduce((sum, { tests }) => sum + tests.length, 0) <= MOST_TESTS_OF_SET, { path: ['rules'], message: `have more than ${MOST_TESTS_OF_SET} tests together` });

export type RuleSetRead = { readonly ok: true; readonly set: RuleSet } | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a set as it is kept and sent. Says each thing that is wrong, and where; whether the rules make sense is another question. */
export function readRuleSet(json: string): RuleSetRead {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return { ok: false, problems: ['a rule set is JSON, and this is none'] };
  }
  const read = ruleSetSchema.safeParse(parsed);
  if (read.success) return { ok: true, set: read.data };
  return { ok: false, problems: read.error.issues.slice(0, 50).map(({ path, message }) => `${path.join('.')}: ${message}`) };
}

/** The one way to write a set: equal sets give equal texts. */
export function writeRuleSet({ point, rules }: RuleSet): string {
  return JSON.stringify({
    point,
    rules: rules.map(({ id, title, owner, reason, from, until, counts, when, then, tests }) => ({
      id, title, owner, reason, from, until, counts, when: sorted(when), then: sorted(then), tests: tests.map(({ given, expect }) => ({ given: sorted(given), expect: sorted(expect) })),
    })),
  });
}

/** Names a set by its content: 16 hexadecimal digits of the SHA-256 of its text. */
export const hashOf = (set: RuleSet): string => createHash('sha256').update(writeRuleSet(set)).digest('hex').slice(0, 16);

const sorted = <V>(record: Readonly<Record<string, V>>): Readonly<Record<string, V>> => Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
