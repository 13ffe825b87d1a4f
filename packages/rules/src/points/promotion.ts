import type { DecisionPoint } from '../decision-point.ts';
import { allowance, count, money, part, tier, whose } from './pricing-fields.ts';

/** Which promotion is this order given? One at most: the first that holds. */
export const promotion: DecisionPoint = {
  name: 'promotion',
  title: { zh: '促销', en: 'Promotion' },
  asked: { zh: '行价格确定后，定价服务询问；每单至多一项促销', en: 'Asked by pricing once lines have their prices; one promotion an order at most' },
  inputs: [
    ...whose, tier, { name: 'isFirstOrder', type: 'flag', label: { zh: '新客首单', en: 'First order of a new customer' }, example: true },
    money('amount', '订单金额', 'Amount of the order', 200_00), count('lines', '订单行数', 'Lines of the order', 3), count('quantity', '总件数', 'Units of all lines together', 120),
  ],
  outputs: [
    allowance('off', '立减金额', 'Amount taken off the order', 30_00), part('percentOff', '折让比例', 'Part taken off the order', 0),
    allowance('budget', '活动预算（所有订单合计；0 为不限）', 'What it may take off all orders together; 0 for no end', 50_000_00),
  ],
  otherwise: { off: 0, percentOff: 0, budget: 0 },
};
