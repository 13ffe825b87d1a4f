import type { DecisionPoint } from '../decision-point.ts';

/** How does this order travel? */
export const carrierChoice: DecisionPoint = {
  name: 'carrier-choice',
  title: { zh: '承运方式', en: 'Carrier choice' },
  asked: { zh: '安排发货时，物流服务询问；每单只询问一次', en: 'Asked by logistics when it plans a delivery, once for each order' },
  inputs: [
    { name: 'customerId', type: 'text', label: { zh: '客户编码', en: 'Customer code' }, example: 'C0001' },
    { name: 'province', type: 'text', label: { zh: '收货省份（不带“省”“市”“自治区”）', en: 'Province of the address, without what kind it is' }, example: '广东' },
    { name: 'city', type: 'text', label: { zh: '收货城市（不带“市”）', en: 'City of the address, likewise' }, example: '深圳' },
    { name: 'pieces', type: 'count', label: { zh: '件数', en: 'Pieces of all lines together' }, least: 0, most: 1_000_000_000, example: 120 },
    { name: 'lines', type: 'count', label: { zh: '订单行数', en: 'Lines of the order' }, least: 0, most: 1_000_000, example: 5 },
    { name: 'value', type: 'money', label: { zh: '货物价值', en: 'Value of the goods' }, least: -1_000_000_000_000_000, most: 1_000_000_000_000_000, example: 80_000 },
  ],
  outputs: [
    {
      name: 'product', type: 'choice', label: { zh: '快件产品', en: 'Product of the carrier' }, example: 'standard',
      choices: [
        { value: 'express', zh: '顺丰特快', en: 'Express, by air' }, { value: 'standard', zh: '顺丰标快', en: 'Standard, by road' },
        { value: 'heavy', zh: '重货包裹', en: 'Heavy parcels' }, { value: 'freight', zh: '标准零担', en: 'Freight, less than a truck' },
      ],
    },
    { name: 'insured', type: 'flag', label: { zh: '保价', en: 'Insured for its value' }, example: false },
  ],
  otherwise: null,
};
