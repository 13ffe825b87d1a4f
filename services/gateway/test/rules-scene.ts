import type { MessageOf, RulesChangeRefused, RulesDecided, RulesProposed, RulesPublished, RulesShadowed, ShadowAdvanced, SimulationAdvanced } from '@order-mesh/contracts';
import { creditControl, hashOf, shippedRules, writeRuleSet, type RuleSet } from '@order-mesh/rules';

export const CREDIT = creditControl.name;
export const NOON = Date.UTC(2026, 5, 1, 4);

export const shipped: RuleSet = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 }).get(CREDIT) ?? { point: CREDIT, rules: [] };
export const other: RuleSet = shippedRules({ freezeAfterDaysOverdue: 30, replenishToTimesSafety: 2 }).get(CREDIT) ?? { point: CREDIT, rules: [] };

const id = { point: CREDIT, changeId: 'c1' };

export const proposed = (changes: Partial<RulesProposed> = {}): MessageOf<'RulesProposed'> => ({ type: 'RulesProposed', value: {
  ...id, basedOn: hashOf(shipped), hash: hashOf(other), content: writeRuleSet(other), author: '王芳', reason: '回款变差', findings: '[{"kind":"untested","rules":["a"]}]', at: NOON, ...changes,
} });
export const decided = (changes: Partial<RulesDecided> = {}): MessageOf<'RulesDecided'> => ({ type: 'RulesDecided', value: { ...id, decision: 'approved', decidedBy: '李娜', comment: '同意', at: NOON + 10, ...changes } });
export const published = (version: number, changes: Partial<RulesPublished> = {}): MessageOf<'RulesPublished'> => ({ type: 'RulesPublished', value: {
  ...id, version, hash: hashOf(other), content: writeRuleSet(other), author: '王芳', approvedBy: '李娜', reason: '回款变差', at: NOON + 11, ...changes,
} });
export const refused = (changes: Partial<RulesChangeRefused> = {}): MessageOf<'RulesChangeRefused'> => ({ type: 'RulesChangeRefused', value: { ...id, reason: 'own-change', detail: '王芳 wrote the change', by: '王芳', at: NOON + 5, ...changes } });
export const advanced = (changes: Partial<SimulationAdvanced> = {}): MessageOf<'SimulationAdvanced'> => ({ type: 'SimulationAdvanced', value: {
  simulationId: 's1', point: CREDIT, state: 'running', total: 100, checked: 10, changed: 1, outcomes: '[]', examples: '[]', detail: '', at: NOON, ...changes,
} });
export const shadowed = (changes: Partial<RulesShadowed> = {}): MessageOf<'RulesShadowed'> => ({ type: 'RulesShadowed', value: {
  ...id, slot: `shadow:${CREDIT}`, shadowId: 's1', hash: hashOf(other), content: writeRuleSet(other), author: '王芳', since: NOON, until: NOON + 1_000, endedBecause: '', at: NOON, ...changes,
} });
export const shadowAdvanced = (changes: Partial<ShadowAdvanced> = {}): MessageOf<'ShadowAdvanced'> => ({ type: 'ShadowAdvanced', value: {
  ...id, shadowId: 's1', state: 'running', decisions: 10, checked: 9, changed: 1, outcomes: '[]', examples: '[]', endedBecause: '', at: NOON + 5, ...changes,
} });
