import type { OrderMessage, OrderPlaced, RuleDecision } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import type { Cause, Outgoing, Received, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { sha256 } from '../src/outbound/sha256.ts';
import { memoryContacts } from '../src/outbound/memory-contacts.ts';
import { memoryCaseViews, memoryKeyBook, memoryViewBook } from '../src/outbound/memory-books.ts';

export const placed = (changes: Partial<OrderPlaced> = {}): OrderPlaced => ({
  orderId: 'O1', source: 'salesforce', externalId: 'SF-1', customerId: 'C1', customerName: '海风商贸', region: '华东',
  lines: [{ lineNo: 1, sku: 'P1', name: 'LANTERN', quantity: 2, unit: 'PCS', unitPrice: fen(500), amount: fen(1_000) }],
  amount: fen(1_000), shipTo: { contact: '周敏', phone: '13812345678', region: '上海', city: '上海', street: '南京东路 1 号' }, placedAt: 1_000, placedBy: '', ...changes,
});

const id = { orderId: 'O1' };

/** A decision of rules, as an answer tells it. */
export const decision = (changes: Partial<RuleDecision> = {}): RuleDecision => ({
  point: 'credit-control', rule: 'freeze-overdue', title: '最早一笔未收款逾期超过 45 天，冻结', hash: '0123456789abcdef', facts: '{"daysOverdue":46,"amount":1000}', said: '{"verdict":"ask","because":"overdue"}', decidedAt: 2_000, placedAt: 1_000, ...changes,
});
const refusal = (reason: string, detail: string) => ({ ...id, reason, detail });
const origin = { ...id, source: 'salesforce', externalId: 'SF-1' };
const question = {
  ...id, subject: 'credit', customerId: 'C1', region: '华东', amount: fen(1_000), reason: 'overdue', detail: '46 days overdue', role: 'regional-manager', deadline: 9_000_000, revision: 0,
  evidence: [{ exposure: fen(5_120_000_00), limit: fen(5_000_000_00), daysOverdue: 46, overdue: fen(12_000_00), receivables: 7, paid: 3, ordersConfirmed: 5, amountConfirmed: fen(80_000_00), ordersRefused: 1 }], prices: [],
};

/** One message of each type that an order may see, each as its sender would write it. */
export const messages = {
  OrderPlaced: placed(),
  OrderUnacceptable: { ...origin, customerId: null, reasons: ['it has no lines'], placedAt: 1_000 },
  CancelRequested: { ...id, reason: 'ordered twice', requestedBy: '王芳', requestedAt: 5_000 },
  HoldCredit: { ...id, customerId: 'C1', amount: fen(1_000), approvalId: null, revision: 0, startedAt: 1_000 },
  CreditHeld: { ...id, customerId: 'C1', amount: fen(1_000), exposure: fen(4_000), limit: fen(9_000), revision: 0, decisions: [] },
  CreditRefused: { ...refusal('overdue', '46 days overdue'), appealable: true, revision: 0, decisions: [decision()], evidence: question.evidence },
  ReleaseCredit: id,
  CreditReleased: id,
  RequestApproval: { ...question, withinWorkingHours: 0, requestedBy: '' },
  ApprovalRequested: { ...question, approvalId: 'O1:credit', deciders: [], requestedBy: '', decisions: [] },
  ApprovalReminded: { ...id, approvalId: 'O1:credit', role: 'regional-manager', deadline: 9_000_000, revision: 0 },
  ApprovalEscalated: { ...question, approvalId: 'O1:credit', escalatedTo: 'sales-director', deciders: ['wecom:LiNa', '王总'], requestedBy: '' },
  ApprovalGranted: { ...id, approvalId: 'O1:credit', decidedBy: '李经理', onBehalfOf: '', comment: 'paid yesterday', revision: 0, subject: 'credit' },
  DecisionIgnored: { ...refusal('not-allowed', '李经理 does not look after 华东'), approvalId: 'O1:credit', decidedBy: '李经理' },
  ApprovalDenied: { ...refusal('denied', 'denied by 李经理'), approvalId: 'O1:credit', revision: 0, subject: 'credit', decidedBy: '李经理' },
  WithdrawApproval: { ...id, revision: 0 },
  ApprovalWithdrawn: { ...id, revision: 0 },
  LockStock: { ...id, lines: [{ sku: 'P1', quantity: 2 }], revision: 0 },
  StockLocked: { ...id, locks: [{ sku: 'P1', warehouse: 'W1', quantity: 2 }], revision: 0 },
  StockRefused: { ...refusal('out-of-stock', '2 PCS of P1 wanted, 0 free'), revision: 0 },
  ReleaseStock: id,
  StockReleased: id,
  SignContract: { ...placed(), ...id, revision: 0, startedAt: 1_000, discounts: [] },
  ContractSigned: { ...id, contractId: 'K1', signFlowId: 'F1', documentSha256: 'x', signedAt: 3_000, decisions: [] },
  VoidContract: { ...id, revision: 0 },
  PlanDelivery: { ...id, customerId: 'C1', customerName: '海风商贸', shipTo: placed().shipTo, lines: placed().lines, startedAt: 1_000 },
  DeliveryPlanned: { ...id, carrier: 'SF', waybill: 'SF1', decisions: [decision({ point: 'carrier-choice', rule: 'standard', title: '其他订单走标快，不保价', decidedAt: 3_000 })] },
  DeliveryRefused: { ...refusal('no-route', 'no carrier goes there'), decisions: [] },
  CancelDelivery: id,
  BookOrder: { ...id, customerId: 'C1', contractId: 'K1', waybill: 'SF1', lines: placed().lines, amount: fen(1_000), discounts: [] },
  OrderBooked: { ...id, saleOrderCode: 'SO1', receivableCode: 'AR1', amount: fen(1_000) },
  UnbookOrder: id,
  OrderConfirmed: {
    ...origin, customerId: 'C1', customerName: '海风商贸', region: '华东', amount: fen(1_000), bookedAmount: fen(1_000), contractId: 'K1', waybill: 'SF1',
    saleOrderCode: 'SO1', receivableCode: 'AR1', placedAt: 1_000, confirmedAt: 4_700, discount: fen(0),
  },
  OrderRejected: { ...origin, step: 'logistics', reason: 'no-route', detail: 'no carrier goes there', at: 6_000 },
  OrderCancelled: { ...origin, reason: 'ordered twice', at: 6_000 },
  OrderNeedsAttention: { ...origin, step: 'contract', reason: 'signed', detail: 'it was signed meanwhile', owner: 'operations', at: 6_000, dueAt: 20_000 },
  CaseOpened: { ...id, opening: 1, kind: 'undo-failed', step: 'contract', reason: 'signed', detail: 'it was signed meanwhile', owner: 'operations', at: 6_000, dueAt: 20_000 },
  AssignCase: { ...id, assignee: '李娜', assignedBy: '王芳', assignedAt: 6_100 },
  CaseAssigned: { ...id, assignee: '李娜', assignedBy: '王芳', at: 6_100 },
  DecideCase: { ...id, decision: 'retry-undo', decidedBy: '李娜', note: 'both parties agree', decidedAt: 6_200 },
  CaseDecided: { ...id, opening: 1, decision: 'retry-undo', decidedBy: '李娜', note: 'both parties agree', at: 6_200 },
  CaseClosed: { ...id, opening: 1, outcome: 'rejected', at: 6_300 },
  CaseDecisionIgnored: { ...refusal('already-closed', 'the case is closed'), at: 6_400 },
  DeliveryProgressed: { ...id, carrier: '顺丰速运', waybill: 'SF1', state: 'collected', place: '苏州', detail: '已收取快件', at: 5_400 },
  OrderAmended: { ...origin, revision: 1, lines: placed().lines, amount: fen(1_000), amountBefore: fen(500), shipTo: placed().shipTo, placedAt: 1_000, at: 5_500 },
  AmendmentRefused: { ...origin, step: 'stock', reason: 'out-of-stock', detail: '2 PCS of P1 wanted, 0 free', at: 5_500 },
  CancelRefused: { ...refusal('already-confirmed', 'too late'), at: 7_000 },
  PlacementIgnored: { ...refusal('same-content', 'the same order was placed before'), at: 7_000 },
  OrderRecorded: {
    ...id, entryNo: 1, series: 3, customerId: 'C1', customerName: '海风商贸', region: '华东', amount: fen(1_000), bookedAmount: fen(1_000), agrees: true,
    saleOrderCode: 'SO1', receivableCode: 'AR1', contractId: 'K1', waybill: 'SF1', placedAt: 1_000, confirmedAt: 4_700, recordedAt: 4_800, discount: fen(0),
  },
} as const;

export type Told = keyof typeof messages;

/** A message as it arrives; later ones of a list are sent later. */
export function heard(type: Told, { at = 0, id: messageId = `${type}@${at}`, value = {}, key = 'O1' }: { readonly at?: number; readonly id?: string; readonly value?: object; readonly key?: string } = {}): Received<OrderMessage> {
  const message = { type, value: { ...messages[type], ...value }, id: messageId, key, at, trace: {} };
  // the table above pairs each type with its value
  return message as unknown as Received<OrderMessage>;
}

/** An order's messages, each sent a millisecond after the one before. */
export const story = (...types: readonly Told[]): readonly Received<OrderMessage>[] => types.map((type, index) => heard(type, { at: 2_000 + index, id: `m${index}` }));

/** The ports in memory, and what was sent through their unit. */
export function desk() {
  const sent: { readonly message: Outgoing; readonly cause: Cause }[] = [];
  const views = memoryViewBook();
  const unit = (now: number): Unit => ({ tx: { kind: 'memory' }, now, send: (message, cause) => { sent.push({ message, cause }); }, afterCommit: () => {} });
  return { ports: { views, cases: memoryCaseViews(), keys: memoryKeyBook(), contacts: memoryContacts(), digest: sha256, log: silentLog }, views, sent, unit };
}

