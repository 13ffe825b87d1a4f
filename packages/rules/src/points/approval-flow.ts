import type { DecisionPoint } from '../decision-point.ts';
import { customerId, money, region } from './pricing-fields.ts';

/** Who has to say yes to this, and by when? */
export const approvalFlow: DecisionPoint = {
  name: 'approval-flow',
  title: { zh: '审批流', en: 'Approval flow' },
  asked: { zh: '有人需要审批时，审批服务询问；每个问题只询问一次', en: 'Asked by approvals when a question is put to people, once for each question' },
  inputs: [
    { name: 'subject', type: 'text', label: { zh: '审批事项：credit 信用、price 价格', en: 'What it is about: credit or price' }, example: 'credit' },
    { name: 'reason', type: 'text', label: { zh: '被拒原因（代码）', en: 'Why it was refused, as a code' }, example: 'overdue' },
    customerId, region, money('amount', '订单金额', 'Amount of the order', 120_000_00),
  ],
  outputs: [
    { name: 'role', type: 'text', label: { zh: '审批角色（人员目录中的名称；不填为申请方指定的角色）', en: 'Role that decides, as the directory of people names it; empty for the one that was asked' }, example: 'regional-manager' },
    { name: 'within', type: 'hours', label: { zh: '工作时限（工作小时；0 为申请方指定的时限）', en: 'Working hours to decide in; 0 for as long as was asked' }, least: 0, most: 1_000, example: 9 },
  ],
  otherwise: { role: '', within: 0 },
};
