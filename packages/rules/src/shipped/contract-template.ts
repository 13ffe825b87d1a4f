import { contractTemplate } from '../points/contract-template.ts';
import type { Rule, RuleSet } from '../rule-set.ts';

const facts = { customerId: 'C0001', region: '江苏', amount: 1_200_000, lines: 5 };
const always = { from: null, until: null, counts: 'now' } as const;
const REMOTE = '"新疆", "西藏", "青海", "内蒙古", "宁夏", "甘肃", "海南"';
const ELSEWHERE = '"海外", "香港", "澳门", "台湾"';

type Draft = Pick<Rule, 'id' | 'title' | 'reason' | 'when'> & { readonly then: readonly [template: string, signWithinDays: number]; readonly given: Partial<typeof facts> };

const rule = ({ then: [template, signWithinDays], given, ...draft }: Draft, owner: string): Rule => ({
  ...always, ...draft, owner, then: { template, signWithinDays }, tests: [{ given: { ...facts, ...given }, expect: { template, signWithinDays } }],
});
const legal = (draft: Draft): Rule => rule(draft, 'legal');
const sales = (draft: Draft): Rule => rule(draft, 'sales');

/** Which contract an order gets as long as nobody has published other rules. None hangs on where it stands among the others. */
export const contractTemplateRules = (): RuleSet => ({
  point: contractTemplate.name,
  rules: [
    sales({
      id: 'short-small', title: '订单金额不超过 1,000 元且不超过 10 行，用简式合同，3 天内签署', reason: '小额订单要快，长合同只会拖慢签署',
      when: { amount: '<= 1000', lines: '<= 10' }, then: ['short', 3], given: { amount: 100_000, lines: 10 },
    }),
    sales({
      id: 'short-small-many-lines', title: '订单金额不超过 500 元、11 至 40 行，用简式合同，3 天内签署', reason: '金额小，行数多也不必用长合同',
      when: { amount: '<= 500', lines: '[11..40]' }, then: ['short', 3], given: { amount: 50_000, lines: 40 },
    }),
    sales({
      id: 'short-medium', title: '订单金额 1,000 至 5,000 元且不超过 10 行，用简式合同，5 天内签署', reason: '金额不大，留出周末',
      when: { amount: '(1000..5000]', lines: '<= 10' }, then: ['short', 5], given: { amount: 500_000, lines: 10 },
    }),
    sales({
      id: 'standard-medium', title: '订单金额 5,000 至 20,000 元且不超过 40 行，用标准合同，5 天内签署', reason: '锁定的库存不宜久等',
      when: { amount: '(5000..20000]', lines: '<= 40', region: `not in [${REMOTE}, ${ELSEWHERE}]` }, then: ['standard', 5], given: { amount: 2_000_000, lines: 40 },
    }),
    legal({
      id: 'annex-small', title: '超过 40 行、金额不超过 20,000 元，货物清单作为附件，5 天内签署', reason: '条款与签章在首页，清单再长也不影响签署',
      when: { amount: '<= 20000', lines: '> 40' }, then: ['annex', 5], given: { amount: 2_000_000, lines: 41 },
    }),
    legal({
      id: 'annex-large', title: '超过 40 行、金额 20,000 至 200,000 元，货物清单作为附件，7 天内签署', reason: '条款与签章在首页；金额较大，客户内部审批需要时间',
      when: { amount: '(20000..200000]', lines: '> 40' }, then: ['annex', 7], given: { amount: 20_000_000, lines: 41 },
    }),
    legal({
      id: 'retention-remote', title: '偏远地区订单金额 50,000 至 200,000 元且不超过 40 行，约定所有权保留，7 天内签署', reason: '异地催收与取回成本高',
      when: { region: REMOTE, amount: '(50000..200000]', lines: '<= 40' }, then: ['retention', 7], given: { region: '新疆', amount: 20_000_000, lines: 40 },
    }),
    legal({
      id: 'retention-elsewhere', title: '境外及港澳台订单金额 5,000 至 200,000 元且不超过 40 行，约定所有权保留，7 天内签署', reason: '境外催收困难',
      when: { region: ELSEWHERE, amount: '(5000..200000]', lines: '<= 40' }, then: ['retention', 7], given: { region: '香港', amount: 20_000_000, lines: 40 },
    }),
    legal({
      id: 'retention-large', title: '订单金额 200,000 至 1,000,000 元，约定所有权保留，7 天内签署', reason: '大额货款收回之前，货物仍归我方',
      when: { amount: '(200000..1000000]' }, then: ['retention', 7], given: { amount: 20_000_001 },
    }),
    legal({
      id: 'retention-very-large', title: '订单金额超过 1,000,000 元，约定所有权保留，5 天内签署', reason: '大额货款收回之前，货物仍归我方；占用的库存多，不宜久等',
      when: { amount: '> 1000000' }, then: ['retention', 5], given: { amount: 100_000_001 },
    }),
  ],
});
