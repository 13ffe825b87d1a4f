import type { ApprovalRequested, DecisionIgnored, MessageOf } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { evidenceShown, meaningOf, priceShown, type EvidenceShown, type PriceShown } from './evidence.ts';
import { utc } from './order-item.ts';
import { earliest, latest, sane, type Stamp } from './stamp.ts';

export const approvalStatuses = ['open', 'granted', 'denied', 'expired', 'withdrawn'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** A question to a person as the events of the approvals service tell it; mergeable like an order's view. */
export interface ApprovalView {
  readonly approvalId: string;
  readonly orderId: string;
  /** How often the order was amended before it was asked; absent while never. */
  readonly revision?: number;
  readonly question: Question | null;
  /** When those who may decide were reminded; absent before that. */
  readonly reminded?: Stamp;
  /** Who may decide, too, since nobody did for long; absent before that. */
  readonly escalation?: Stamp & { readonly to: string; readonly deciders?: readonly string[] };
  readonly decision: Decision | null;
  /** The last one; absent while every decision counted. */
  readonly ignored?: IgnoredDecision;
  readonly withdrawn: boolean;
}

/** A decision that changed nothing. */
export interface IgnoredDecision extends Stamp, Pick<DecisionIgnored, 'decidedBy' | 'reason' | 'detail'> {}

export interface Question extends Stamp, Omit<ApprovalRequested, 'orderId' | 'approvalId' | 'revision' | 'deciders' | 'requestedBy' | 'evidence' | 'prices'> {
  /** What is known of the customer; absent where nothing is. */
  readonly evidence?: EvidenceShown;
  /** What the order brings; absent where that was not told. */
  readonly price?: PriceShown;
  /** Who placed the order; absent where that is not known. */
  readonly requestedBy?: string;
  /** Absent where no directory of people is set up. */
  readonly deciders?: readonly string[];
}

export interface Decision extends Stamp {
  readonly status: 'granted' | 'denied' | 'expired';
  readonly decidedBy: string | null;
  /** In whose place; absent for somebody's own right. */
  readonly onBehalfOf?: string;
  readonly detail: string;
}

export type ApprovalMessage = (MessageOf<'ApprovalRequested'> | MessageOf<'ApprovalReminded'> | MessageOf<'ApprovalEscalated'> | MessageOf<'ApprovalGranted'> | MessageOf<'ApprovalDenied'>
  | MessageOf<'DecisionIgnored'>) & Stamp;

export const unknownApproval = (approvalId: string, orderId: string): ApprovalView => ({ approvalId, orderId, question: null, decision: null, withdrawn: false });

/** The task after one more event about it. The first decision stands; being withdrawn is no decision. */
export function projectApproval(before: ApprovalView, message: ApprovalMessage): ApprovalView {
  // a decision that changes nothing does not tell which revision it was about
  const view = 'revision' in message.value && message.value.revision > 0 ? { ...before, revision: message.value.revision } : before;
  const stamp = { at: sane(message.at), id: message.id };
  switch (message.type) {
    case 'ApprovalRequested': {
      const { orderId: _, approvalId: __, revision: ___, deadline, deciders, requestedBy, evidence: [known], prices: [priced], ...question } = message.value;
      const evidence = { ...(known && { evidence: evidenceShown(known) }), ...(priced && { price: priceShown(priced) }) };
      return { ...view, question: earliest(view.question, { ...stamp, ...question, ...evidence, ...(deciders.length > 0 && { deciders }), ...(requestedBy !== '' && { requestedBy }), deadline: sane(deadline) }) };
    }
    case 'DecisionIgnored': {
      const { decidedBy, reason, detail } = message.value;
      return { ...view, ignored: latest(view.ignored ?? null, { ...stamp, decidedBy, reason, detail }) };
    }
    case 'ApprovalReminded': return { ...view, reminded: earliest(view.reminded ?? null, stamp) };
    case 'ApprovalEscalated': {
      const { escalatedTo: to, deciders } = message.value;
      return { ...view, escalation: earliest(view.escalation ?? null, { ...stamp, to, ...(deciders.length > 0 && { deciders }) }) };
    }
    case 'ApprovalGranted': {
      const { decidedBy, onBehalfOf, comment } = message.value;
      return { ...view, decision: earliest(view.decision, { ...stamp, status: 'granted', decidedBy, ...(onBehalfOf !== '' && { onBehalfOf }), detail: comment }) };
    }
    case 'ApprovalDenied': {
      const { reason, detail } = message.value;
      if (reason === 'withdrawn') return { ...view, withdrawn: true };
      return { ...view, decision: earliest(view.decision, { ...stamp, status: reason === 'expired' ? 'expired' : 'denied', decidedBy: null, detail }) };
    }
  }
}

export const withdrawApproval = (view: ApprovalView): ApprovalView => ({ ...view, withdrawn: true });

export function approvalStatusOf({ decision, withdrawn }: ApprovalView): ApprovalStatus {
  if (decision) return decision.status;
  return withdrawn ? 'withdrawn' : 'open';
}

/** Why a task can no longer be decided, in words; null while it can. */
export function whyClosed(view: ApprovalView, now: Instant): string | null {
  const status = approvalStatusOf(view);
  if (status !== 'open') return `the task was ${status} before`;
  const deadline = view.question?.deadline ?? 0;
  return now > deadline ? `the deadline was ${utc(deadline)}; without a decision the refusal stands` : null;
}

/** A task as it is shown. */
export interface ApprovalItem {
  readonly approvalId: string;
  readonly orderId: string;
  readonly status: ApprovalStatus;
  readonly subject: string;
  readonly customerId: string;
  readonly region: string;
  /** Who may decide. */
  readonly role: string;
  /** Who may decide, too, since nobody did for long. */
  readonly escalatedTo: string | null;
  readonly remindedAt: string | null;
  /** Who was asked: accounts in WeCom, names where there are none; empty where no directory of people is set up. */
  readonly deciders: readonly string[];
  /** Who placed the order, and does not decide. */
  readonly requestedBy: string | null;
  readonly amountFen: string;
  readonly reason: string;
  readonly detail: string;
  /** What is known of the customer. */
  readonly evidence: EvidenceShown | null;
  /** What the order brings. */
  readonly price: PriceShown | null;
  /** What a yes would mean, in one sentence. */
  readonly meaning: string | null;
  readonly deadline: string;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  /** In whose place, where a deputy granted it. */
  readonly onBehalfOf: string | null;
  readonly decidedAt: string | null;
  /** The comment of who granted it, or why the refusal stands. */
  readonly comment: string | null;
  /** The last decision that changed nothing, and why. */
  readonly ignored: (Omit<IgnoredDecision, keyof Stamp> & { readonly at: string }) | null;
}

/** The task as it is shown; null while nobody has told what is asked. */
export function approvalItemOf(view: ApprovalView): ApprovalItem | null {
  const { question, decision, approvalId, orderId } = view;
  if (!question) return null;
  const { subject, customerId, region, role, amount, reason, detail, deadline, at } = question;
  return {
    approvalId, orderId, status: approvalStatusOf(view), subject, customerId, region, role, escalatedTo: view.escalation?.to ?? null,
    remindedAt: view.reminded ? utc(view.reminded.at) : null, deciders: view.escalation?.deciders ?? question.deciders ?? [], requestedBy: question.requestedBy ?? null, amountFen: amount.toString(), reason, detail, evidence: question.evidence ?? null, price: question.price ?? null, meaning: meaningOf(question.evidence, question.price),
    deadline: utc(deadline), requestedAt: utc(at),
    decidedBy: decision?.decidedBy ?? null, onBehalfOf: decision?.onBehalfOf ?? null, decidedAt: decision ? utc(decision.at) : null, comment: decision?.detail ?? null,
    ignored: ignoredOf(view),
  };
}

function ignoredOf({ ignored }: ApprovalView): ApprovalItem['ignored'] {
  if (!ignored) return null;
  const { decidedBy, reason, detail, at } = ignored;
  return { decidedBy, reason, detail, at: utc(at) };
}
