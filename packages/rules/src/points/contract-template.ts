import type { DecisionPoint } from '../decision-point.ts';

/** Which form has the contract of this order, and until when may it be signed? */
export const contractTemplate: DecisionPoint = {
  name: 'contract-template',
  title: { zh: '合同模板', en: 'Contract template' },
  asked: { zh: '起草合同时，合同服务询问；每份合同只询问一次', en: 'Asked by contract when it draws a contract up, once for each' },
  inputs: [
    { name: 'customerId', type: 'text', label: { zh: '客户编码', en: 'Customer code' }, example: 'C0001' },
    { name: 'region', type: 'text', label: { zh: '销售大区', en: 'Sales region' }, example: '江苏' },
    { name: 'amount', type: 'money', label: { zh: '合同金额', en: 'Total of the contract' }, least: -1_000_000_000_000_000, most: 1_000_000_000_000_000, example: 1_200_000 },
    { name: 'lines', type: 'count', label: { zh: '订单行数', en: 'Lines of the order' }, least: 0, most: 1_000_000, example: 5 },
  ],
  outputs: [
    {
      name: 'template', type: 'choice', label: { zh: '合同模板', en: 'Template' }, example: 'standard',
      choices: [
        { value: 'standard', zh: '标准合同', en: 'The standard contract' }, { value: 'short', zh: '简式合同', en: 'A short form for small orders' },
        { value: 'annex', zh: '附清单合同', en: 'The goods on a list behind the signatures' }, { value: 'retention', zh: '所有权保留合同', en: 'The goods stay ours until they are paid for' },
      ],
    },
    { name: 'signWithinDays', type: 'days', label: { zh: '签署期限（天）', en: 'Days within which it has to be signed' }, least: 1, most: 7, example: 7 },
  ],
  otherwise: { template: 'standard', signWithinDays: 7 },
};
