import { approvalFlow } from '../points/approval-flow.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { wan } from './regions.ts';

const always = { from: null, until: null, counts: 'now', owner: 'finance' } as const;
const facts = { subject: 'credit', reason: 'overdue', customerId: 'C0001', region: '江苏', amount: 120_000_00 };
const ABROAD = '"海外"';
const AT_HOME = `not in [${ABROAD}]`;
const DIRECTOR = 'sales-director';

type Draft = Pick<Rule, 'id' | 'title' | 'reason' | 'when'> & { readonly role: string; readonly within: number; readonly given: Partial<typeof facts> };

const rule = ({ role, within, given, ...draft }: Draft): Rule => (
  { ...always, ...draft, then: { role, within }, tests: [{ given: { ...facts, ...given }, expect: { role, within } }, { given: facts, expect: { role: '', within: 0 } }] });

/** Who decides as long as nobody has published other rules: whom the asking service names (for a freeze the regional manager), unless more is at stake. */
export const approvalFlowRules = (): RuleSet => ({
  point: approvalFlow.name,
  rules: [
    rule({
      id: 'credit-large', title: '信用审批，订单超过 50 万元、不超过 200 万元，由销售总监审批', reason: '金额超出大区经理权限',
      when: { subject: '"credit"', region: AT_HOME, amount: '(500000..2000000]' }, role: DIRECTOR, within: 9, given: { amount: wan(50) + 1 },
    }),
    rule({
      id: 'credit-huge', title: '信用审批，订单超过 200 万元，由销售总监审批，给两个工作日', reason: '需与财务核对后决定',
      when: { subject: '"credit"', region: AT_HOME, amount: '> 2000000' }, role: DIRECTOR, within: 18, given: { amount: wan(200) + 1 },
    }),
    rule({
      id: 'credit-abroad', title: '信用审批，海外客户超过 5 万元，由销售总监审批，给两个工作日', reason: '海外没有大区经理，追讨困难',
      when: { subject: '"credit"', region: ABROAD, amount: '> 50000' }, role: DIRECTOR, within: 18, given: { region: '海外', amount: wan(5) + 1 },
    }),
    rule({
      id: 'price-discount', title: '折让过大，由销售总监在四个工作小时内审批', reason: '价格由总监把关，客户在等报价',
      when: { subject: '"price"', reason: '"large-discount"' }, role: DIRECTOR, within: 4, given: { subject: 'price', reason: 'large-discount' },
    }),
    rule({
      id: 'price-unusual-large', title: '金额或数量异常，超过 50 万元，由销售总监审批', reason: '金额超出大区经理权限',
      when: { subject: '"price"', reason: '"unusual-amount", "unusual-quantity"', amount: '> 500000' }, role: DIRECTOR, within: 9, given: { subject: 'price', reason: 'unusual-amount', amount: wan(50) + 1 },
    }),
    rule({
      id: 'price-unusual', title: '金额或数量异常，不超过 50 万元，由大区经理在四个工作小时内审批', reason: '先确认是否误录，越快越好',
      when: { subject: '"price"', reason: '"unusual-amount", "unusual-quantity"', amount: '<= 500000' }, role: 'regional-manager', within: 4, given: { subject: 'price', reason: 'unusual-quantity', amount: wan(50) },
    }),
    rule({
      id: 'price-watched', title: '重点关注客户的价格，由销售总监审批', reason: '关注名单由总监维护',
      when: { subject: '"price"', reason: '"watched-customer"' }, role: DIRECTOR, within: 9, given: { subject: 'price', reason: 'watched-customer' },
    }),
    rule({
      id: 'credit-watched', title: '重点关注客户的信用，不超过 50 万元，由销售总监审批', reason: '关注名单由总监维护',
      when: { subject: '"credit"', region: AT_HOME, reason: '"watched-customer"', amount: '<= 500000' }, role: DIRECTOR, within: 9, given: { reason: 'watched-customer' },
    }),
  ],
});
