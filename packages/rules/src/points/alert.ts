import type { DecisionPoint } from '../decision-point.ts';
import type { ChoiceField, Words } from '../field.ts';
import { count, money } from './pricing-fields.ts';

type Choice = ChoiceField['choices'][number];

/** Who can be told: those who look after the mesh, and roles whose people are set up. */
const ROLES: readonly Choice[] = [
  { value: 'group', zh: '平台维护群组', en: 'Those who look after the mesh' }, { value: 'it', zh: '信息技术部', en: 'IT' }, { value: 'finance', zh: '财务部', en: 'Finance' },
  { value: 'purchasing', zh: '采购部', en: 'Purchasing' }, { value: 'warehouse', zh: '仓库', en: 'The warehouse' }, { value: 'logistics', zh: '物流部', en: 'Logistics' },
  { value: 'regional-manager', zh: '大区经理', en: 'The regional managers' }, { value: 'sales-director', zh: '销售总监', en: 'The sales director' },
];
const text = (name: string, label: Words, example: string) => ({ name, type: 'text', label, example } as const);

/** Who is told of this, if anybody? */
export const alert: DecisionPoint = {
  name: 'alert',
  title: { zh: '提醒', en: 'Alerts' },
  asked: { zh: '有事需要提醒时，企业微信服务询问；每件事只询问一次', en: 'Asked by wecom-adapter when there is something to tell people, once for each thing' },
  inputs: [
    {
      name: 'kind', type: 'choice', label: { zh: '类别', en: 'Kind' }, example: 'case',
      choices: [
        { value: 'case', zh: '订单待人工处理', en: 'An order needs a person' }, { value: 'partner', zh: '外部系统', en: 'A partner is away or back' }, { value: 'letter', zh: '死信', en: 'A record no service could take' },
        { value: 'card', zh: '审批单未能发出', en: 'An approval card that nobody got' }, { value: 'replenishment', zh: '补货建议', en: 'Stock is short' },
      ],
    },
    text('reason', { zh: '原因（代码）；外部系统为 away 或 well', en: 'Why, as a code; of a partner: away or well' }, 'timed-out'),
    text('step', { zh: '订单所在步骤（仅订单）', en: 'Step of the order; of cases only' }, 'finance'),
    text('system', { zh: '外部系统（仅外部系统）', en: 'The partner; of partners only' }, 'u8'),
    text('service', { zh: '哪个服务（外部系统、死信）', en: 'Whose calls or record; of partners and records' }, 'erp-adapter'),
    count('waiting', '等待的请求数（仅外部系统）', 'Calls that wait; of partners only', 7),
    text('sku', { zh: '存货编码（仅补货）', en: 'SKU; of replenishment only' }, 'P0001'),
    count('quantity', '建议采购数量（仅补货）', 'How much to buy; of replenishment only', 40),
    money('amount', '金额（仅审批单）', 'What is at stake; of cards only', 120_000_00),
  ],
  outputs: [
    { name: 'isSent', type: 'flag', label: { zh: '是否发送', en: 'Told at all' }, example: true },
    { name: 'to', type: 'choice', label: { zh: '发给', en: 'To' }, example: 'group', choices: ROLES },
    { name: 'copyTo', type: 'choice', label: { zh: '抄送', en: 'Copied to' }, example: 'none', choices: [{ value: 'none', zh: '不抄送', en: 'Nobody' }, ...ROLES] },
  ],
  otherwise: { isSent: true, to: 'group', copyTo: 'none' },
};
