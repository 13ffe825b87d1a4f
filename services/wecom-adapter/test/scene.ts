import { fen, hours, seconds } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { silentLog } from '@order-mesh/platform';
import { defaultPolicy, type RulesPublished } from '@order-mesh/contracts';
import { memoryRuleBook } from '@order-mesh/rulebook';
import { alert as alertPoint } from '@order-mesh/rules';
import type { Decided } from '../src/domain/card.ts';
import { recordedName } from '../src/domain/notices.ts';
import type { AlertRoles } from '../src/domain/routing.ts';
import { memoryAlertBook, memoryCallbackBook, memoryCardBook } from '../src/outbound/memory-books.ts';
import { checkOpenCards } from '../src/usecases/check-open-cards.ts';
import { followApprovals, type ApprovalEvent } from '../src/usecases/follow-approvals.ts';
import { hearCallback } from '../src/usecases/hear-callback.ts';
import { noteNews, type NewsEvent } from '../src/usecases/note-news.ts';
import type { CardAnswer, CardDesk, Messenger, Setup } from '../src/usecases/ports.ts';
import { settleCards } from '../src/usecases/settle-cards.ts';
import { tellAlerts } from '../src/usecases/tell-alerts.ts';

export const TX: Transaction = { kind: 'memory' };
export const NOON = Date.UTC(2026, 5, 1, 4);

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string, at = NOON): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at, trace: {} });

export const taskOf = (orderId: string): string => `${orderId}:credit`;

interface Facts {
  readonly deadline?: number;
  readonly region?: string;
  readonly deciders?: readonly string[];
}

const question = (orderId: string, { deadline = NOON + hours(24), region = '江苏省', deciders = [] }: Facts = {}) => ({
  orderId, approvalId: taskOf(orderId), subject: 'credit', customerId: 'C1', region, role: 'regional-manager', amount: fen(330_000n), reason: 'overdue',
  detail: 'rule freeze-overdue: oldest open receivable is 46 days overdue, would owe 3,300.00 CNY of 10,000.00 CNY allowed', deadline, revision: 0, deciders, requestedBy: '', evidence: [], prices: [],
});

export const requested = (orderId: string, facts: Facts = {}): ApprovalEvent => received({ type: 'ApprovalRequested', value: { ...question(orderId, facts), decisions: [] } }, orderId);
export const escalated = (orderId: string, to = 'sales-director'): ApprovalEvent => received({ type: 'ApprovalEscalated', value: { ...question(orderId), escalatedTo: to } }, orderId);
export const reminded = (orderId: string): ApprovalEvent =>
  received({ type: 'ApprovalReminded', value: { orderId, approvalId: taskOf(orderId), role: 'regional-manager', deadline: NOON + hours(24), revision: 0 } }, orderId);

export const granted = (orderId: string, decidedBy: string): ApprovalEvent => received({ type: 'ApprovalGranted', value: { orderId, approvalId: taskOf(orderId), decidedBy, onBehalfOf: '', comment: '', revision: 0, subject: 'credit' } }, orderId);
export const denied = (orderId: string, reason = 'denied', detail = 'denied by Li Lei: too late'): ApprovalEvent =>
  received({ type: 'ApprovalDenied', value: { orderId, approvalId: taskOf(orderId), reason, detail, revision: 0, subject: 'credit', decidedBy: reason === 'denied' ? 'Li Lei' : null } }, orderId);
export const withdrawn = (orderId: string): ApprovalEvent => received({ type: 'ApprovalWithdrawn', value: { orderId, revision: 0 } }, orderId);
export const ignored = (orderId: string, decidedBy: string, reason = 'already-granted'): ApprovalEvent => received({ type: 'DecisionIgnored', value: { orderId, approvalId: taskOf(orderId), reason, detail: reason, decidedBy } }, orderId);

export const caseOpened = (orderId: string, { opening = 1, at = NOON } = {}): NewsEvent => received({
  type: 'CaseOpened', value: { orderId, opening, kind: 'undo-failed', step: 'logistics', reason: 'already-collected', detail: 'the carrier has it', owner: 'operations', at, dueAt: at + hours(4) },
}, orderId, at);
export const caseClosed = (orderId: string, opening = 1): NewsEvent => received({ type: 'CaseClosed', value: { orderId, opening, outcome: 'cancelled', at: NOON } }, orderId);

export const partner = (state: string, at = NOON): NewsEvent => received({
  type: 'PartnerStateChanged', value: { system: 'u8', service: 'erp-adapter', state, detail: 'HTTP 503', callsWaiting: 7, at },
}, 'u8', at);

export const shortage = (sku: string, { suggested = 40, at = NOON } = {}): NewsEvent => received({
  type: 'ReplenishmentSuggested', value: { sku, warehouse: 'W1', free: 5, safetyStock: 20, suggested, causedBy: 'A1', rule: 'fill-to-safety', rulesHash: '' },
}, sku, at);

type WithoutCause<Answer> = Answer extends CardAnswer ? Omit<Answer, 'cause'> : never;
const answer = (given: WithoutCause<CardAnswer>): CardAnswer => ({ ...given, cause: { id: `call-${count += 1}`, trace: {} } });

export const numberOf = (orderId: string): string => `2026${orderId.replaceAll(/\D/g, '')}`;
export const shown = (orderId: string): CardAnswer => answer({ type: 'applied', approvalId: taskOf(orderId), outcome: { type: 'shown', spNo: numberOf(orderId) } });
export const notShown = (orderId: string): CardAnswer => answer({ type: 'applied', approvalId: taskOf(orderId), outcome: { type: 'not-shown', detail: '301025' } });
export const decided = (orderId: string, decider: string, decision: Decided['decision'] = 'granted', spNo = numberOf(orderId)): CardAnswer =>
  answer({ type: 'read', reading: { approvalId: taskOf(orderId), spNo, seen: { decision, decider, comment: '同意', decidedAt: NOON } } });
export const pending = (orderId: string, spNo = numberOf(orderId)): CardAnswer => answer({ type: 'read', reading: { approvalId: taskOf(orderId), spNo, seen: 'pending' } });

/** The service over books in memory, and a WeCom that only notes what it is asked; each call is a batch and returns what was sent. */
export function wecomDesk(alertRoles: AlertRoles = new Map()) {
  const books = { cards: memoryCardBook(), alerts: memoryAlertBook(), callbacks: memoryCallbackBook(), rules: memoryRuleBook({ points: [alertPoint], policy: defaultPolicy }) };
  const asked: string[] = [];
  const told: string[] = [];
  let now = NOON;
  const desk: CardDesk = {
    apply: async (_unit, cards) => void asked.push(...cards.map(({ approvalId, approvers, copy }) => `${copy === 'first' ? 'apply' : 'apply again'} ${approvalId} of ${approvers.join('|')}`)),
    recall: async (_unit, approvalIds) => void asked.push(...approvalIds.map((approvalId) => `recall ${approvalId}`)),
    read: async (_unit, readings) => void asked.push(...readings.map(({ key }) => key)),
  };
  const messenger: Messenger = {
    tell: async (_unit, notices) => void told.push(...notices.map(({ key, to }) => `${key} to ${to.join('|')}`)),
    alert: async (_unit, { text, users }) => void told.push(users === null ? text : `${users.join('|')}: ${text}`),
  };
  const ports = { ...books, desk, messenger, log: silentLog };
  const setup: Setup = {
    approvers: new Map([['regional-manager/浙江省', ['WangFang']], ['regional-manager', ['ZhangWei', 'LiNa']], ['sales-director', ['ChenJie']]]), applicant: 'MeshBot', alertRoles, checkEvery: seconds(60), nameOf: (userid) => recordedName(userid, undefined),
  };
  const inBatch = async (work: (unit: Unit) => Promise<void>): Promise<readonly Outgoing[]> => {
    const sent: Outgoing[] = [];
    await work({ tx: TX, now, send: (message) => void sent.push(message), afterCommit: () => {} });
    return sent;
  };
  return {
    /** What was asked of WeCom, and who was told what, since the last time. */
    newlyAsked: () => asked.splice(0),
    newlyTold: () => told.splice(0),
    setNow: (at: number) => { now = at; },
    events: (...batch: readonly ApprovalEvent[]) => inBatch((unit) => followApprovals(ports, setup)(batch, unit)),
    answers: (...answers: readonly CardAnswer[]) => inBatch((unit) => settleCards(ports, setup)(answers, unit)),
    callback: (spNo: string, stamp: string) => inBatch((unit) => hearCallback(ports)({ spNo, stamp }, unit)),
    check: () => inBatch(checkOpenCards(ports, setup)),
    news: (...batch: readonly NewsEvent[]) => inBatch((unit) => noteNews(ports)(batch, unit)),
    learn: (...published: readonly RulesPublished[]) => books.rules.learn(TX, published),
    alert: () => inBatch(tellAlerts(ports, setup)),
    statusOf: async (orderId: string) => (await books.cards.ofOrders(TX, [orderId])).map(({ status }) => status).join(),
  };
}
