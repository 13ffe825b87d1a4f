import type { DecisionPoint } from '../decision-point.ts';
import type { NumberField } from '../field.ts';
import { count, margin, money, tier, whose } from './pricing-fields.ts';
import { sku } from './price.ts';

// a whole price would have to be margin
const MOST = 99_00;
const least: NumberField = { name: 'least', type: 'percent', label: { zh: '最低毛利率（0 为不限）', en: 'Least margin a line keeps whatever is taken off; 0 for none' }, least: 0, most: MOST, example: 5_00 };

/** Which margin does a line keep, whatever promotions and rebates say? */
export const marginGuard: DecisionPoint = {
  name: 'margin-guard',
  title: { zh: '毛利底线', en: 'Least margin' },
  asked: { zh: '订单定价时，定价服务对成本已知的每一行询问', en: 'Asked by pricing for each line of an order whose cost is known' },
  inputs: [
    ...whose, tier, sku, count('quantity', '数量', 'Units on the line', 120), money('unitPrice', '单价（含税）', 'List price of a unit, tax included', 2_50),
    margin('标价毛利率', 'Margin of the list price'),
  ],
  outputs: [least],
  otherwise: { least: 0 },
};
