import type { DecisionPoint } from './decision-point.ts';
import type { NumberField, TextField } from './field.ts';
import { alert } from './points/alert.ts';
import { carrierChoice } from './points/carrier-choice.ts';
import { approvalFlow } from './points/approval-flow.ts';
import { contractTemplate } from './points/contract-template.ts';
import { customerTier } from './points/customer-tier.ts';
import { marginGuard } from './points/margin-guard.ts';
import { orderAnomaly } from './points/order-anomaly.ts';
import { price } from './points/price.ts';
import { promotion } from './points/promotion.ts';
import { rebate } from './points/rebate.ts';

const customerId: TextField = { name: 'customerId', type: 'text', label: { zh: '客户编码', en: 'Customer code' }, example: 'C0001' };
const sku: TextField = { name: 'sku', type: 'text', label: { zh: '存货编码', en: 'SKU' }, example: 'P0001' };
const money = (name: string, zh: string, en: string, example: number): NumberField =>
  ({ name, type: 'money', label: { zh, en }, least: -1_000_000_000_000_000, most: 1_000_000_000_000_000, example });
const count = (name: string, zh: string, en: string, example: number): NumberField =>
  ({ name, type: 'count', label: { zh, en }, least: -1_000_000_000, most: 1_000_000_000, example });

/** May this customer have this order on credit? Its limit is looked at before, by credit itself. */
export const creditControl: DecisionPoint = {
  name: 'credit-control',
  title: { zh: '信用控制', en: 'Credit control' },
  asked: { zh: '额度足够时，信用服务在占用额度之前询问', en: 'Asked by credit before it holds credit that is within the limit' },
  inputs: [
    customerId,
    { name: 'daysOverdue', type: 'days', label: { zh: '最早一笔未收款逾期天数', en: 'Days the oldest open receivable is overdue' }, least: 0, most: 100_000, example: 0 },
    money('amount', '订单金额', 'Amount of the order', 120_000),
    money('exposure', '含本单的信用占用', 'Exposure, this order included', 500_000),
    money('limit', '信用额度', 'Credit limit', 5_000_000),
  ],
  outputs: [
    {
      name: 'verdict', type: 'choice', label: { zh: '处理', en: 'Verdict' }, example: 'grant',
      choices: [{ value: 'grant', zh: '放行', en: 'Grant' }, { value: 'ask', zh: '冻结，待审批', en: 'Freeze, and ask a person' }, { value: 'refuse', zh: '拒绝', en: 'Refuse' }],
    },
    {
      name: 'because', type: 'choice', label: { zh: '原因', en: 'Because' }, example: 'none',
      choices: [
        { value: 'none', zh: '无', en: 'Nothing' }, { value: 'overdue', zh: '应收账款逾期', en: 'Receivables are overdue' }, { value: 'large-order', zh: '大额订单', en: 'A large order' },
        { value: 'high-exposure', zh: '信用占用过高', en: 'A high exposure' }, { value: 'watched-customer', zh: '重点关注客户', en: 'A customer that is watched' },
      ],
    },
  ],
  otherwise: { verdict: 'grant', because: 'none' },
};

/** How much is to be ordered when stock is short? */
export const replenishment: DecisionPoint = {
  name: 'replenishment',
  title: { zh: '补货建议', en: 'Replenishment' },
  asked: { zh: '可用库存低于安全库存时，库存服务询问', en: 'Asked by inventory when free stock falls below the safety level' },
  inputs: [sku, count('free', '可用库存', 'Free stock', 5), count('safetyStock', '安全库存', 'Safety level', 20)],
  outputs: [{ name: 'fillTo', type: 'multiple', label: { zh: '补至安全库存的倍数', en: 'Fill up to this multiple of the safety level' }, least: 0, most: 10_000, example: 200 }],
  otherwise: null,
};

/** Every decision point, by name. */
export const decisionPoints: ReadonlyMap<string, DecisionPoint> = new Map([
  customerTier, price, marginGuard, promotion, rebate, orderAnomaly, creditControl, approvalFlow, replenishment, contractTemplate, carrierChoice, alert,
].map((point) => [point.name, point]));
