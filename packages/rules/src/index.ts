export { readCell } from './cell.ts';
export { compile, readRules, type CompiledRules, type Decision, type Moment, type Problem } from './compile.ts';
export { conflictsIn, type Conflict, type ConflictKind } from './conflicts.ts';
export type { DecisionPoint } from './decision-point.ts';
export { isNumberField, numberKinds, readNumber, whyNot, writeNumber, type Field, type Value, type Values, type Words } from './field.ts';
export { fromJdm, toJdm, toJdmFacts } from './jdm.ts';
export { creditControl, decisionPoints, replenishment } from './points.ts';
export { hashOf, readRuleSet, writeRuleSet, type Rule, type RuleSet, type RuleTest } from './rule-set.ts';
export { shippedRules, type Thresholds } from './shipped.ts';
