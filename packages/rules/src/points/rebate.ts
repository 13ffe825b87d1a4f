import type { DecisionPoint } from '../decision-point.ts';
import { money, part, tier, whose } from './pricing-fields.ts';

/** Which part of what is left to pay is taken off for what the customer buys altogether? */
export const rebate: DecisionPoint = {
  name: 'rebate',
  title: { zh: '返利', en: 'Rebate' },
  asked: { zh: '促销之后，定价服务询问', en: 'Asked by pricing after promotions' },
  inputs: [...whose, tier, money('turnover', '含本单的有效订单累计金额', 'What its orders come to, this one included', 3_000_000_00), money('amount', '折后金额', 'What is left to pay', 20_000_00)],
  outputs: [part('percent', '返利比例', 'Part taken off', 100)],
  otherwise: { percent: 0 },
};
