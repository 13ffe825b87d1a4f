import type { DecisionPoint } from '../decision-point.ts';
import type { TextField } from '../field.ts';
import { count, margin, money, part, tier, whose } from './pricing-fields.ts';

export const sku: TextField = { name: 'sku', type: 'text', label: { zh: '存货编码', en: 'SKU' }, example: 'P0001' };

/** What is taken off a line of an order? */
export const price: DecisionPoint = {
  name: 'price',
  title: { zh: '行价格', en: 'Price of a line' },
  asked: { zh: '订单定价时，定价服务逐行询问', en: 'Asked by pricing for each line of an order' },
  inputs: [
    ...whose, tier, sku, count('quantity', '数量', 'Units on the line', 120), money('unitPrice', '单价（含税）', 'List price of a unit, tax included', 2_50),
    margin('标价毛利率（成本未知为 100）', 'Margin of the list price; 100 where the cost is not known'),
  ],
  outputs: [
    part('percentOff', '让利比例', 'Part taken off the line', 500), count('buy', '买（件）', 'Of so many that are bought', 0), count('get', '送（件）', 'so many more are free', 0),
    part('floor', '最低成交比例（占标价；0 为不限）', 'Least part of the list price that is paid whatever is taken off; 0 for none', 0),
  ],
  otherwise: { percentOff: 0, buy: 0, get: 0, floor: 0 },
};
