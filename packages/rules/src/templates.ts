import type { Instant } from '@order-mesh/kernel';
import { decidedOver } from './approval-form.ts';
import { askForLarge, freezeOver, grantCustomer } from './credit-form.ts';
import { askForDiscount, discountDecidedBy } from './discount-form.ts';
import type { Filled } from './form.ts';
import { approvalFlow } from './points/approval-flow.ts';
import { orderAnomaly } from './points/order-anomaly.ts';
import { price } from './points/price.ts';
import { promotion } from './points/promotion.ts';
import { buyGet, regionalPrice } from './price-form.ts';
import { firstOrder } from './promotion-form.ts';
import { fillTo } from './replenishment-form.ts';
import { creditControl, replenishment } from './points.ts';
import type { RuleSet } from './rule-set.ts';

/** A change that people ask for often, as a form of a few fields. */
export interface Template {
  readonly name: string;
  readonly point: string;
  readonly title: string;
  readonly fields: readonly TemplateField[];
  /** The set with the change made; its tests come along. What is wrong with a field is told by its name. */
  fill(set: RuleSet, values: Readonly<Record<string, string>>, now: Instant): Filled;
}

export interface TemplateField {
  readonly name: string;
  readonly label: string;
  readonly isNeeded: boolean;
  readonly example: string;
}

const field = (name: string, label: string, example: string, isNeeded = true): TemplateField => ({ name, label, example, isNeeded });

/** All templates, by name. */
export const templates: ReadonlyMap<string, Template> = new Map<string, Template>([
  {
    name: 'new-customer-first-order', point: promotion.name, title: '新客首单满若干元减若干元',
    fields: [
      field('over', '满（元）', '200'), field('off', '减（元）', '30'), field('budget', '总预算（元，不填为不限）', '50000', false), field('since', '开始日期（北京时间，不填为即刻）', '2026-12-01', false),
      field('until', '有效期至（含当日，不填为不限）', '2026-12-31', false),
    ],
    fill: firstOrder,
  },
  {
    name: 'buy-get', point: price.name, title: '一种存货买若干送若干',
    fields: [field('sku', '存货编码', 'P0001'), field('buy', '买（件）', '10'), field('get', '送（件）', '1')], fill: buyGet,
  },
  {
    name: 'regional-price', point: price.name, title: '一个区域让利若干',
    fields: [field('region', '销售区域（省份，或华东等大区）', '江苏'), field('percent', '让利（%）', '5'), field('sku', '存货编码（不填为全部）', 'P0001', false)], fill: regionalPrice,
  },
  {
    name: 'freeze-over-days', point: creditControl.name, title: '逾期超过若干天，冻结，待审批',
    fields: [field('days', '逾期天数', '60')], fill: freezeOver,
  },
  {
    name: 'customer-exception', point: creditControl.name, title: '一个客户在期限内逾期不超过若干天，照常放行',
    fields: [field('customer', '客户编码', 'C0001'), field('days', '逾期天数', '90'), field('until', '有效期至（含当日，北京时间）', '2026-12-31')], fill: grantCustomer,
  },
  {
    name: 'large-order-asks', point: creditControl.name, title: '订单金额超过若干元，须人工审批',
    fields: [field('amount', '金额（元）', '200000')], fill: askForLarge,
  },
  {
    name: 'large-discount-asks', point: orderAnomaly.name, title: '折让超过标价的若干或超过若干元，须人工审批',
    fields: [field('percent', '折让占标价比例（%，不填为不变）', '20', false), field('amount', '折让金额（元，不填为不变）', '5000', false)], fill: askForDiscount,
  },
  {
    name: 'large-discount-decided-by', point: approvalFlow.name, title: '折让过大，由某角色审批',
    fields: [field('role', '审批角色（人员目录中的名称）', 'sales-director')], fill: discountDecidedBy,
  },
  {
    name: 'approval-over-amount', point: approvalFlow.name, title: '审批金额超过若干元，由某角色审批',
    fields: [field('amount', '金额（元）', '1000000'), field('role', '审批角色（人员目录中的名称）', 'sales-director')], fill: decidedOver,
  },
  {
    name: 'fill-to-times', point: replenishment.name, title: '库存不足时，补至安全库存的若干倍',
    fields: [field('times', '倍数', '2.5'), field('sku', '存货编码（不填为全部）', 'P0001', false)], fill: fillTo,
  },
].map((template) => [template.name, template]));
