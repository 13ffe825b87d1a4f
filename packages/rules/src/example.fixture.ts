import { creditControl } from './points.ts';
import type { DecisionPoint } from './decision-point.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import type { Values } from './field.ts';

/** A place with a field of each kind, where something has to be said. */
export const place: DecisionPoint = {
  name: 'example',
  title: { zh: '示例', en: 'Example' },
  asked: { zh: '测试', en: 'In tests' },
  inputs: [
    { name: 'days', type: 'days', label: { zh: '天数', en: 'Days' }, least: 0, most: 1_000, example: 10 },
    { name: 'amount', type: 'money', label: { zh: '金额', en: 'Amount' }, least: -100_000, most: 100_000, example: 5_000 },
    { name: 'region', type: 'text', label: { zh: '大区', en: 'Region' }, example: '华东' },
    { name: 'tier', type: 'choice', label: { zh: '等级', en: 'Tier' }, choices: [{ value: 'a', zh: '甲', en: 'A' }, { value: 'b', zh: '乙', en: 'B' }, { value: 'c', zh: '丙', en: 'C' }], example: 'a' },
    { name: 'isNew', type: 'flag', label: { zh: '新客', en: 'New customer' }, example: false },
  ],
  outputs: [{ name: 'say', type: 'text', label: { zh: '结论', en: 'Verdict' }, example: 'x' }],
  otherwise: null,
};

export const facts = (changes: Values = {}): Values => ({ days: 10, amount: 5_000, region: '华东', tier: 'a', isNew: false, ...changes });

export const rule = (id: string, when: Rule['when'], say: string, changes: Partial<Rule> = {}): Rule => ({
  id, title: id, owner: 'sales', reason: 'an example', from: null, until: null, counts: 'now', when, then: { say }, tests: [], ...changes,
});

export const rest = rule('rest', {}, 'rest');

export const setOf = (...rules: readonly Rule[]): RuleSet => ({ point: place.name, rules });

export const creditSet = (...rules: readonly Rule[]): RuleSet => ({ point: creditControl.name, rules });
