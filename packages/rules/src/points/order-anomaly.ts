import type { DecisionPoint } from '../decision-point.ts';
import { allowance, count, margin, money, part, tier, whose } from './pricing-fields.ts';

/** Does this order look like one of this customer? */
export const orderAnomaly: DecisionPoint = {
  name: 'order-anomaly',
  title: { zh: '异常订单', en: 'Order anomaly' },
  asked: { zh: '定价之后、占用额度之前，定价服务询问', en: 'Asked by pricing last, before credit is held' },
  inputs: [
    ...whose, tier, money('amount', '应付金额', 'What is to be paid', 20_000_00), count('lines', '订单行数', 'Lines of the order', 3), count('quantity', '总件数', 'Units of all lines together', 120),
    count('mostOfALine', '单行最大数量', 'Units of the largest line', 100), money('usualAmount', '以往订单平均金额（0 为无）', 'What its earlier orders come to on average; 0 for none', 15_000_00),
    { name: 'times', type: 'multiple', label: { zh: '相当于平均金额的倍数（0 为无）', en: 'How many times the average it is; 0 for none' }, least: 0, most: 1_000_000_000_000, example: 1_30 },
    part('discount', '折让占标价比例', 'Part of the list prices taken off', 500),
    { ...allowance('discountAmount', '折让金额', 'What is taken off the list prices', 1_000_00), untold: 0 },
    margin('应付金额的毛利率（任一成本未知为 100）', 'Margin of what is to be paid; 100 where a cost is not known'),
  ],
  outputs: [
    {
      name: 'verdict', type: 'choice', label: { zh: '处理', en: 'Verdict' }, example: 'grant',
      choices: [{ value: 'grant', zh: '放行', en: 'Grant' }, { value: 'ask', zh: '待审批', en: 'Ask a person' }, { value: 'refuse', zh: '拒绝', en: 'Refuse' }],
    },
    {
      name: 'because', type: 'choice', label: { zh: '原因', en: 'Because' }, example: 'none',
      choices: [
        { value: 'none', zh: '无', en: 'Nothing' }, { value: 'unusual-amount', zh: '金额异常', en: 'An unusual amount' }, { value: 'unusual-quantity', zh: '数量异常', en: 'An unusual quantity' },
        { value: 'large-discount', zh: '折让过大', en: 'A large discount' }, { value: 'watched-customer', zh: '重点关注客户', en: 'A customer that is watched' },
      ],
    },
  ],
  otherwise: { verdict: 'grant', because: 'none' },
};
