import type { Instant } from '@order-mesh/kernel';
import { boxOf, momentOf } from './box.ts';
import { readRules, type Moment } from './compile.ts';
import { told, type DecisionPoint } from './decision-point.ts';
import type { Values } from './field.ts';
import type { RuleSet } from './rule-set.ts';

/** A test of a rule as it is put to the rules: the facts, and a moment in which the rule is in force. */
export interface TestCase {
  readonly rule: string;
  /** Which of the rule's tests, from 1. */
  readonly test: number;
  readonly facts: Values;
  readonly moment: Moment;
  readonly expect: Values;
}

/** All tests of a set, in its order. Expects a set whose cells can be read; `now` is taken where a rule is always in force. */
export function testCases(point: DecisionPoint, set: RuleSet, now: Instant): readonly TestCase[] {
  return readRules(point, set).rows.flatMap((row) => {
    const moment = momentOf(boxOf(row), now);
    return row.rule.tests.map(({ given, expect }, index) => ({ rule: row.rule.id, test: index + 1, facts: told(point, given), moment, expect }));
  });
}
