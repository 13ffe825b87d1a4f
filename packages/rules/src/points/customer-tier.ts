import type { DecisionPoint } from '../decision-point.ts';
import { count, money, tier, whose } from './pricing-fields.ts';

/** Of which tier is this customer? */
export const customerTier: DecisionPoint = {
  name: 'customer-tier',
  title: { zh: '客户分级', en: 'Customer tier' },
  asked: { zh: '订单定价时，定价服务首先询问', en: 'Asked by pricing first of all, once for each order' },
  inputs: [...whose, money('turnover', '有效订单累计金额', 'What its orders that stand come to', 3_000_000_00), count('orders', '有效订单数', 'How many of them there are', 12)],
  outputs: [tier],
  otherwise: { tier: 'D' },
};
