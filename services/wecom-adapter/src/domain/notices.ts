import { never, yuanFromFen } from '@order-mesh/kernel';
import type { Answer, Question, Verdict } from './question.ts';
import { beijingTime } from './words.ts';

/** Something people are told; one key is told once. */
export interface Notice {
  readonly key: string;
  readonly to: readonly string[];
  readonly text: string;
}

/** The task was settled while its card lay open, or before it came: WeCom has no call that takes a card back, so people are told. */
export const decidedElsewhere = (question: Question, spNo: string, verdict: Verdict): Notice => ({
  key: `settled/${spNo}`, to: question.approvers, text: `审批单 ${spNo} 无需再处理：${about(question)}的放行审批${said(verdict)}。在审批单上的操作不再生效。`,
});

/** A decision on the card that changes nothing. */
export const lateDecision = (question: Question, spNo: string, { decider, decision }: Answer, verdict: Verdict): Notice => ({
  key: `late/${spNo}/${decider}`, to: [decider],
  text: `您在审批单 ${spNo} 上的“${decision === 'granted' ? '同意' : '驳回'}”未生效：${about(question)}的放行审批${said(verdict)}。`,
});

export const takenBack = (question: Question, spNo: string): Notice => ({
  key: `taken-back/${spNo}`, to: question.approvers, text: `审批单 ${spNo} 已撤销或删除，${about(question)}仍在等待决定，请在 ${beijingTime(question.deadline)} 前到订单平台处理。`,
});

/** Half of the time has passed, say. */
export const reminder = (question: Question): Notice => ({
  key: `reminded/${question.approvalId}`, to: question.approvers, text: `提醒：${about(question)}的放行审批尚未决定，请在 ${beijingTime(question.deadline)} 前处理，逾期按拒绝处理。`,
});

export const escalated = (question: Question, role: string): Notice => ({
  key: `escalated/${question.approvalId}`, to: question.approvers,
  text: `上报：${about(question)}的放行审批至今未决定，现在起 ${ROLES[role] ?? role} 也可决定。请在 ${beijingTime(question.deadline)} 前处理，逾期按拒绝处理。`,
});

const ROLES: Readonly<Record<string, string>> = { 'regional-manager': '区域经理', 'sales-director': '销售总监' };

export const mayNotDecide = (question: Question, spNo: string, decider: string): Notice => ({
  key: `may-not/${spNo}`, to: [...new Set([...question.approvers, decider])].filter((userid) => userid !== ''),
  text: `审批单 ${spNo} ${decider === '' ? '未经审批人处理即已结束' : `由 ${decider} 处理，但其不是审批人`}，操作不生效。${about(question)}请审批人在 ${beijingTime(question.deadline)} 前到订单平台决定。`,
});

/** Decided on the card by somebody who may not, as whoever keeps the task knows. */
export const notAccepted = (question: Question & { readonly answer: Answer }, spNo: string, why: string): Notice => ({
  key: `not-accepted/${spNo}`, to: [...new Set([...question.approvers, question.answer.decider])],
  text: `审批单 ${spNo} 上的“${question.answer.decision === 'granted' ? '同意' : '驳回'}”未被接受（${why}）。${about(question)}仍在等待决定，请在 ${beijingTime(question.deadline)} 前到订单平台处理。`,
});

const about = ({ orderId, customerId, amount }: Question): string => `订单 ${orderId}（客户 ${customerId}，¥${yuanFromFen(amount)}）`;

function said({ outcome, by, detail }: Verdict): string {
  const why = detail === '' ? '' : `（${detail}）`;
  switch (outcome) {
    case 'granted': return `已由 ${by ?? '审批人'}${by !== null && isFromWecom(by) ? '' : ' 在订单平台'} 同意${why}`;
    case 'denied': return `已被拒绝${why}`;
    case 'expired': return '已过截止时间，按拒绝处理';
    case 'withdrawn': return '已不再需要，订单已撤回';
    default: return never(outcome);
  }
}

const FROM_WECOM = 'wecom:';

/** How a task records who decided in WeCom: the userid, which is never given twice, and the name if one is known. */
export const recordedName = (userid: string, name: string | undefined): string => (name === undefined ? `${FROM_WECOM}${userid}` : `${FROM_WECOM}${userid} ${name}`);

const isFromWecom = (decidedBy: string): boolean => decidedBy.startsWith(FROM_WECOM);
