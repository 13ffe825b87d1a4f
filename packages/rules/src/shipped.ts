import { creditControl, replenishment } from './points.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { alertRules } from './shipped/alert.ts';
import { approvalFlowRules } from './shipped/approval-flow.ts';
import { carrierChoiceRules } from './shipped/carrier-choice.ts';
import { contractTemplateRules } from './shipped/contract-template.ts';
import { customerTierRules } from './shipped/customer-tier.ts';
import { marginGuardRules } from './shipped/margin-guard.ts';
import { orderAnomalyRules } from './shipped/order-anomaly.ts';
import { priceRules } from './shipped/price.ts';
import { promotionRules } from './shipped/promotion.ts';
import { rebateRules } from './shipped/rebate.ts';

/** The thresholds that the shipped rules are made of. */
export interface Thresholds {
  /** An account freezes when its oldest open receivable is overdue by more than this many days. */
  readonly freezeAfterDaysOverdue: number;
  /** A replenishment suggestion fills the stock up to this multiple of the safety level. */
  readonly replenishToTimesSafety: number;
}

/** The rules that hold as long as nobody has published others, by decision point. */
export const shippedRules = (thresholds: Thresholds): ReadonlyMap<string, RuleSet> =>
  new Map([
    customerTierRules(), priceRules(), marginGuardRules(), promotionRules(), rebateRules(), orderAnomalyRules(), creditRules(thresholds), approvalFlowRules(), replenishmentRules(thresholds), contractTemplateRules(), carrierChoiceRules(), alertRules(),
  ].map((set) => [set.point, set]));

const always = { from: null, until: null, counts: 'now' } as const;

function creditRules({ freezeAfterDaysOverdue: days }: Thresholds): RuleSet {
  const facts = { customerId: 'C0001', amount: 120_000, exposure: 500_000, limit: 5_000_000 };
  const freeze: Rule = {
    ...always, id: 'freeze-overdue', title: `最早一笔未收款逾期超过 ${days} 天，冻结，待大区经理审批`, owner: 'finance', reason: '逾期客户继续发货会放大坏账',
    when: { daysOverdue: `> ${days}` }, then: { verdict: 'ask', because: 'overdue' },
    tests: [{ given: { ...facts, daysOverdue: days + 1 }, expect: { verdict: 'ask' } }, { given: { ...facts, daysOverdue: days }, expect: { verdict: 'grant' } }],
  };
  return { point: creditControl.name, rules: [freeze] };
}

function replenishmentRules({ replenishToTimesSafety: times }: Thresholds): RuleSet {
  const fill: Rule = {
    ...always, id: 'fill-to-safety', title: `可用库存低于安全库存时，补至安全库存的 ${times} 倍`, owner: 'purchasing', reason: '一次补足一个补货周期的用量',
    when: {}, then: { fillTo: times * 100 },
    tests: [{ given: { sku: 'P0001', free: 5, safetyStock: 20 }, expect: { fillTo: times * 100 } }],
  };
  return { point: replenishment.name, rules: [fill] };
}
