import { defaultPolicy, type DelegateApprovals, type RequestApproval } from '@order-mesh/contracts';
import { fen, hours, type Instant } from '@order-mesh/kernel';
import type { Outgoing, Received, Transaction, Unit } from '@order-mesh/messaging';
import { memoryRuleBook, type RuleBook } from '@order-mesh/rulebook';
import { approvalFlow } from '@order-mesh/rules';
import type { Directory } from '../src/domain/people.ts';
import type { Question } from '../src/domain/question.ts';
import { approvalIdOf, requestedOf, type Rules } from '../src/domain/task.ts';
import { memoryDelegationBook } from '../src/outbound/memory-delegation-book.ts';
import { memoryTaskBook } from '../src/outbound/memory-task-book.ts';
import { answerApprovals, type ApprovalCommand } from '../src/usecases/answer-approvals.ts';
import { answerDelegations, type DelegationCommand } from '../src/usecases/answer-delegations.ts';
import { pressApprovals } from '../src/usecases/press-approvals.ts';
import type { DelegationBook, TaskBook } from '../src/usecases/ports.ts';

export const NOON: Instant = Date.UTC(2026, 5, 1, 4);
export const DEADLINE: Instant = NOON + hours(24);

const silent = () => {};
export const quietLog = { debug: silent, info: silent, warn: silent, error: silent };

/** The first of June is a Monday; the nineteenth, a Friday, is Dragon Boat Festival. */
export const rules: Rules = {
  ...defaultPolicy.approvals,
  calendar: { holidays: { daysOff: new Set(['2026-06-19']), daysWorked: new Set(), knownUntil: 2026 }, workFrom: hours(9), workUntil: hours(18) },
};

let count = 0;
const received = <Message extends Outgoing>(message: Message, key: string): Message & Pick<Received, 'id' | 'key' | 'at' | 'trace'> =>
  ({ ...message, id: `m${count += 1}`, key, at: NOON, trace: {} });

export const question = (orderId: string, facts: Partial<RequestApproval> = {}): RequestApproval => ({
  orderId, subject: 'credit', customerId: 'C1', region: 'East', amount: fen(330_000n), reason: 'overdue',
  detail: 'rule freeze-overdue: oldest open receivable is 46 days overdue, would owe 3,300.00 CNY of 10,000.00 CNY allowed', role: 'regional-manager', deadline: DEADLINE, revision: 0, withinWorkingHours: 0, requestedBy: '', evidence: [], prices: [], ...facts,
});

/** The question as a task keeps it. */
export function tabled(orderId: string, facts: Partial<RequestApproval> = {}): Question {
  const { withinWorkingHours: _, ...asked } = question(orderId, facts);
  return { ...asked, approvalId: approvalIdOf(asked), escalatedTo: '', record: null };
}

/** What is told of it when it is put to people. */
export const requested = (orderId: string) => ({ type: 'ApprovalRequested', value: requestedOf(tabled(orderId), []) });

export const request = (orderId: string, facts: Partial<RequestApproval> = {}): ApprovalCommand =>
  received({ type: 'RequestApproval', value: question(orderId, facts) }, orderId);

export const withdraw = (orderId: string, revision = 0): ApprovalCommand => received({ type: 'WithdrawApproval', value: { orderId, revision } }, orderId);

export const decide = (orderId: string, decision: string, { approvalId = `${orderId}:credit`, decidedBy = 'Li Lei', decidedAt = NOON, comment = 'good customer' } = {}): ApprovalCommand =>
  received({ type: 'DecideApproval', value: { orderId, approvalId, decision, decidedBy, comment, decidedAt } }, orderId);

export const delegate = (delegationId: string, facts: Partial<DelegateApprovals> = {}): DelegationCommand => received({
  type: 'DelegateApprovals', value: { delegationId, absent: 'Li Na', deputy: 'Han Meimei', since: NOON, until: NOON + hours(72), reason: 'on leave', requestedBy: 'Li Na', requestedAt: NOON, ...facts },
}, delegationId);

export const endDelegation = (delegationId: string, requestedAt = NOON): DelegationCommand =>
  received({ type: 'EndDelegation', value: { delegationId, requestedBy: 'Li Na', requestedAt } }, delegationId);

export const granted = (orderId: string) =>
  ({ type: 'ApprovalGranted', value: { orderId, approvalId: `${orderId}:credit`, decidedBy: 'Li Lei', onBehalfOf: '', comment: 'good customer', revision: 0, subject: 'credit' } });

export const denied = (orderId: string, reason: string, detail: string) =>
  ({ type: 'ApprovalDenied', value: { orderId, approvalId: `${orderId}:credit`, reason, detail, revision: 0, subject: 'credit', decidedBy: reason === 'denied' ? 'Li Lei' : null } });

export const withdrawn = (orderId: string) => ({ type: 'ApprovalWithdrawn', value: { orderId, revision: 0 } });

/** Where the books are kept, and what a transaction is there. */
export interface Place {
  readonly book: TaskBook;
  readonly delegations: DelegationBook;
  readonly ruleBook: RuleBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

export const inMemory = (): Place => ({ book: memoryTaskBook(), delegations: memoryDelegationBook(), ruleBook: memoryRuleBook({ points: [approvalFlow], policy: defaultPolicy }), transaction: (work) => work({ kind: 'memory' }) });

/** The service over its books: each call is a batch in a transaction of its own, and returns what it sent. */
export function approvalsDesk({ book, delegations, ruleBook, transaction }: Place = inMemory(), setup: { readonly rules?: Rules; readonly people?: Directory } = {}) {
  const ports = { book, delegations, ruleBook, rules, people: null, log: quietLog, ...setup };
  let now = NOON;
  const inUnit = async (work: (unit: Unit) => Promise<void>) => {
    const sent: Outgoing[] = [];
    await transaction((tx) => work({ tx, now, send: (message) => sent.push(message), afterCommit: silent }));
    return sent;
  };
  const answer = answerApprovals(ports);
  const answerDelegating = answerDelegations(ports);
  return {
    commands: (...batch: readonly ApprovalCommand[]) => inUnit((unit) => answer(batch, unit)),
    delegations: (...batch: readonly DelegationCommand[]) => inUnit((unit) => answerDelegating(batch, unit)),
    press: (atMost = 500) => inUnit(pressApprovals(ports, atMost)),
    setNow: (instant: Instant) => { now = instant; },
    tasksOf: async (orderId: string) => (await transaction((tx) => book.load(tx, [orderId]))).get(orderId)?.tasks ?? [],
  };
}

/** What a decision that changes nothing was told. */
export const ignored = (sent: readonly Outgoing[]): readonly string[] =>
  sent.flatMap((message) => (message.type === 'DecisionIgnored' ? [message.value.reason] : []));
