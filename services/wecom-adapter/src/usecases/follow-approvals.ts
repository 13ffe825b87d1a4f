import type { TopicMessages } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { approversFor } from '../domain/approvers.ts';
import { askFor, noteEscalated, noteIgnored, noteReminded, noteSettled, type Card, type Step } from '../domain/card.ts';
import { formOf } from '../domain/form.ts';
import type { Verdict } from '../domain/question.ts';
import { handOf, type Hand } from './hand.ts';
import type { Ports, Setup } from './ports.ts';

export type ApprovalEvent = Received<TopicMessages['approvals.events.v1']>;
type Requested = Extract<ApprovalEvent, { readonly type: 'ApprovalRequested' }>;
type Escalated = Extract<ApprovalEvent, { readonly type: 'ApprovalEscalated' }>;
export type FollowApprovals = ReturnType<typeof followApprovals>;

/** Puts tasks before people in WeCom, and tells them when one is settled, wherever that was. */
export const followApprovals = (ports: Omit<Ports, 'callbacks'>, setup: Setup) => async (batch: readonly ApprovalEvent[], unit: Unit): Promise<void> => {
  const { cards, desk } = ports;
  const hand = handOf(await cards.ofOrders(unit.tx, batch.map(({ value }) => value.orderId)), unit, ports);
  const [wanted, again, recalled] = [new Map<string, Requested>(), new Map<string, Escalated>(), new Set<string>()];
  for (const message of batch) {
    for (const step of stepsOf(message, hand, setup, unit)) {
      hand.take(step, message);
      if (step.ask === 'apply' && message.type === 'ApprovalRequested') wanted.set(step.card.approvalId, message);
      if (step.ask === 'apply-again' && message.type === 'ApprovalEscalated') again.set(step.card.approvalId, message);
      if (step.card.status === 'settled') again.delete(step.card.approvalId);
      // What this very batch wanted to apply for is given up without asking anybody
      if (step.ask === 'recall' && !wanted.delete(step.card.approvalId)) recalled.add(step.card.approvalId);
    }
  }
  await hand.layDown();
  await desk.recall(unit, [...recalled]);
  await desk.apply(unit, [
    ...[...wanted.values()].map((message) => ({ ...formOf(message.value, approversOf(setup, message.value)), copy: 'first' as const, giveUpAt: message.value.deadline, cause: message })),
    ...[...again.values()].map((message) => ({ ...formOf(message.value, nextApprovers(setup, message)), copy: 'escalated' as const, giveUpAt: message.value.deadline, cause: message })),
  ]);
};

function stepsOf(message: ApprovalEvent, hand: Hand, setup: Setup, unit: Unit): readonly Step[] {
  switch (message.type) {
    case 'ApprovalRequested': {
      const { approvalId, orderId, customerId, amount, deadline } = message.value;
      // Read again from the oldest record, say: nobody can decide it any more
      if (deadline <= unit.now) return [];
      return [askFor(hand.card(approvalId), { approvalId, orderId, customerId, amount, deadline, approvers: approversOf(setup, message.value) })];
    }
    case 'ApprovalReminded': return each(hand, message.value.approvalId, noteReminded);
    case 'ApprovalEscalated': return message.value.deadline <= unit.now ? [] : each(hand, message.value.approvalId, (card) => noteEscalated(card, message.value.escalatedTo, nextApprovers(setup, message)));
    case 'ApprovalGranted': return settle(hand, message.value.approvalId, { outcome: 'granted', by: message.value.decidedBy, detail: message.value.comment });
    case 'ApprovalDenied': return settle(hand, message.value.approvalId, { outcome: outcomeOf(message.value.reason), by: null, detail: message.value.detail });
    case 'ApprovalWithdrawn': return hand.cardsOf(message.value.orderId).map((card) => noteSettled(card, { outcome: 'withdrawn', by: null, detail: '' }));
    case 'DecisionIgnored': return hand.cardsOf(message.value.orderId).map((card) => (isAbout(message.value, card) ? noteIgnored(card, message.value) : { card }));
    default: return never(message);
  }
}

/** Those that whoever keeps the task names; where no directory tells them, those set up here. */
function approversOf({ approvers, applicant }: Setup, { deciders, role, region }: Pick<Requested['value'], 'deciders' | 'role' | 'region'>): readonly string[] {
  if (deciders.length === 0) return approversFor(approvers, { role, region });
  return deciders.flatMap((decider) => (decider.startsWith(ACCOUNT) && decider !== `${ACCOUNT}${applicant}` ? [decider.slice(ACCOUNT.length)] : []));
}

const ACCOUNT = 'wecom:';

const nextApprovers = (setup: Setup, { value: { deciders, escalatedTo: role, region } }: Escalated): readonly string[] => approversOf(setup, { deciders, role, region });

// a sender of an older release does not tell the task
const isAbout = ({ approvalId }: { readonly approvalId: string }, card: Card): boolean => approvalId === '' || approvalId === card.approvalId;

const settle = (hand: Hand, approvalId: string, verdict: Verdict): readonly Step[] => each(hand, approvalId, (card) => noteSettled(card, verdict));

function each(hand: Hand, approvalId: string, stepOf: (card: Card) => Step): readonly Step[] {
  const card = hand.card(approvalId);
  return card ? [stepOf(card)] : [];
}

const outcomeOf = (reason: string): Verdict['outcome'] => (reason === 'expired' || reason === 'withdrawn' ? reason : 'denied');
