import type { ApprovalRequested, CreditEvidence, PriceEvidence } from '@order-mesh/contracts';
import { fen, marginOf, yuanFromFen } from '@order-mesh/kernel';
import { beijingTime } from './words.ts';

/** What a card says, field by field as people see it; plain text, ready to be kept. */
export interface CardForm {
  readonly approvalId: string;
  readonly orderId: string;
  readonly approvers: readonly string[];
  readonly customerId: string;
  readonly region: string;
  readonly amountYuan: string;
  readonly reason: string;
  readonly evidence: string;
  readonly deadline: string;
}

/** Writes a task out for those who decide. */
export function formOf(task: Omit<ApprovalRequested, 'decisions'>, approvers: readonly string[]): CardForm {
  const { approvalId, orderId, customerId, region, amount, reason, detail, deadline, evidence, prices } = task;
  return {
    approvalId, orderId, approvers, customerId, region, amountYuan: yuanFromFen(amount), reason: REASONS[reason] ?? reason,
    evidence: [evidenceOf(detail), ...evidence.map(customerIn), ...prices.map(worthOf)].join('\n'), deadline: beijingTime(deadline),
  };
}

/** What a yes would mean, and what the customer ordered and paid before. */
function customerIn({ exposure, limit, overdue, daysOverdue, receivables, paid, ordersConfirmed, amountConfirmed, ordersRefused }: CreditEvidence): string {
  const left = limit - exposure;
  return [
    `若放行：信用占用为 ¥${yuanFromFen(exposure)}，额度 ¥${yuanFromFen(limit)}，${left < 0n ? `超出 ¥${yuanFromFen(fen(-left))}` : `余 ¥${yuanFromFen(fen(left))}`}`,
    `逾期：¥${yuanFromFen(overdue)}，最长 ${daysOverdue} 天；应收单 ${receivables} 张，已付清 ${paid} 张`, `此前订单：确认 ${ordersConfirmed} 单（¥${yuanFromFen(amountConfirmed)}），信用被拒 ${ordersRefused} 单`,
  ].join('\n');
}

/** What the order brings, and what of that is margin. */
function worthOf({ listAmount, amount, cost }: PriceEvidence): string {
  const off = listAmount > amount ? `（标价 ¥${yuanFromFen(listAmount)}，折让 ¥${yuanFromFen(fen(listAmount - amount))}）` : '';
  const margin = cost === null ? '成本未知' : `毛利 ¥${yuanFromFen(fen(amount - cost))}（${Number(marginOf(amount, cost)) / 100}%）`;
  return `应付：¥${yuanFromFen(amount)}${off}，${margin}`;
}

/** The lines of a card in a list; WeCom shows twenty characters of each, three lines at most. */
export const summaryOf = ({ orderId, customerId, amountYuan, reason }: CardForm): readonly string[] =>
  [`订单 ${orderId}`, `${customerId} ¥${amountYuan}`, reason].map((line) => [...line].slice(0, 20).join(''));

const REASONS: Readonly<Record<string, string>> = {
  overdue: '应收账款逾期，账户已冻结', 'over-limit': '超出信用额度', 'large-order': '大额订单', 'high-exposure': '信用占用过高', 'watched-customer': '重点关注客户',
  'unusual-amount': '金额异常', 'unusual-quantity': '数量异常', 'large-discount': '折让过大',
};

const CREDIT = /^rule (\S+): oldest open receivable is (\d+) days overdue, would owe (\S+) CNY of (\S+) CNY allowed$/;

/** The refusal's own words, in Chinese where they are known. */
function evidenceOf(detail: string): string {
  const [, rule, overdue, exposure, limit] = CREDIT.exec(detail) ?? [];
  return overdue === undefined ? detail : `最早一笔未收款已逾期 ${overdue} 天，含本单占用 ¥${exposure}，额度 ¥${limit}（规则 ${rule}）`;
}
