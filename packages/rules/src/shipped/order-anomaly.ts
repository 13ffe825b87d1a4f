import { orderAnomaly } from '../points/order-anomaly.ts';
import type { Values } from '../field.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { wan } from './regions.ts';

const always = { from: null, until: null, counts: 'now', owner: 'sales' } as const;
const facts = { customerId: 'C0001', region: '江苏', tier: 'D', amount: 20_000_00, lines: 3, quantity: 120, mostOfALine: 100, usualAmount: 15_000_00, times: 133, discount: 0 };
const ask = (because: string): Values => ({ verdict: 'ask', because });
/** Rules about quantities and discounts leave larger orders to those about amounts, so that no two say different things of one order. */
const USUAL_AMOUNT = { amount: '<= 200000' } as const;

/** What is put to a person as long as nobody has published other rules. */
export const orderAnomalyRules = (): RuleSet => ({ point: orderAnomaly.name, rules: [...unusualAmounts, firstOrder, ...unusualQuantities, ...largeDiscounts] });

/** From how many ten thousand yuan on, and how many times as much as usual, by tier. */
const AMOUNTS: Readonly<Record<string, readonly [least: number, times: number]>> = { A: [200, 5], B: [100, 8], C: [50, 10], D: [20, 20] };

const unusualAmounts: readonly Rule[] = Object.entries(AMOUNTS).map(([tier, [least, times]]): Rule => ({
  ...always, id: `unusual-amount-${tier.toLowerCase()}`, title: `${tier} 级客户订单超过 ${least} 万元，且超过其平均订单的 ${times} 倍，须人工审批`, reason: '金额远超习惯，先确认不是误下或冒名',
  when: { tier: `"${tier}"`, usualAmount: '> 0', amount: `> ${least}0000`, times: `> ${times}` }, then: ask('unusual-amount'),
  tests: [
    { given: { ...facts, tier, amount: wan(least) + 1, times: times * 100 + 1 }, expect: { verdict: 'ask' } }, { given: { ...facts, tier, amount: wan(least) + 1, times: times * 100 }, expect: { verdict: 'grant' } },
    { given: { ...facts, tier, amount: wan(least), times: times * 100 + 1 }, expect: { verdict: 'grant' } },
  ],
}));

const firstOrder: Rule = {
  ...always, id: 'large-first-order', title: '没有以往订单的客户首单超过 30 万元，须人工审批', reason: '新客户首单不会这么大',
  when: { usualAmount: '<= 0', amount: '> 300000' }, then: ask('unusual-amount'),
  tests: [{ given: { ...facts, usualAmount: 0, times: 0, amount: wan(30) + 1 }, expect: { verdict: 'ask' } }, { given: { ...facts, usualAmount: 0, times: 0, amount: wan(30) }, expect: { verdict: 'grant' } }],
};

const unusualQuantities: readonly Rule[] = [
  {
    ...always, id: 'flood', title: '单行超过 20,000 件、不超过 100,000 件，须人工审批', reason: '可能多打了零，也可能囤货',
    when: { ...USUAL_AMOUNT, mostOfALine: '(20000..100000]' }, then: ask('unusual-quantity'),
    tests: [{ given: { ...facts, mostOfALine: 20_001 }, expect: { verdict: 'ask' } }, { given: { ...facts, mostOfALine: 20_000 }, expect: { verdict: 'grant' } }],
  },
  {
    ...always, id: 'typing-error', title: '单行超过 100,000 件，拒绝', reason: '仓库从未有过这么多，必是误录',
    when: { ...USUAL_AMOUNT, mostOfALine: '> 100000' }, then: { verdict: 'refuse', because: 'unusual-quantity' },
    tests: [{ given: { ...facts, mostOfALine: 100_001 }, expect: { verdict: 'refuse' } }, { given: { ...facts, mostOfALine: 100_000 }, expect: { verdict: 'ask' } }],
  },
];

const FEW = { ...USUAL_AMOUNT, mostOfALine: '<= 20000' } as const;

const largeDiscounts: readonly Rule[] = [
  {
    ...always, id: 'large-discounts', title: '折让超过标价的 30%、不超过 60%，须人工审批', reason: '折让叠加可能击穿毛利',
    when: { ...FEW, discount: '(30..60]' }, then: ask('large-discount'),
    tests: [{ given: { ...facts, discount: 30_01 }, expect: { verdict: 'ask' } }, { given: { ...facts, discount: 30_00 }, expect: { verdict: 'grant' } }],
  },
  {
    ...always, id: 'absurd-discounts', title: '折让超过标价的 60%，拒绝', reason: '必是规则写错',
    when: { ...FEW, discount: '> 60' }, then: { verdict: 'refuse', because: 'large-discount' },
    tests: [{ given: { ...facts, discount: 60_01 }, expect: { verdict: 'refuse' } }, { given: { ...facts, discount: 60_00 }, expect: { verdict: 'ask' } }],
  },
];
