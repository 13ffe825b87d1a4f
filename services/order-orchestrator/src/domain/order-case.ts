import type { AnyMessage, AssignCase, DecideCase, Policy } from '@order-mesh/contracts';
import { hours, type Instant } from '@order-mesh/kernel';
import { isTerminal, type Refusal, type SagaMessage, type SagaState } from '@order-mesh/saga';

export const caseKinds = ['undo-failed', 'stuck'] as const;
export type CaseKind = (typeof caseKinds)[number];
export type CaseRules = Policy['cases'];

/** What a person has to decide about an order. One an order: when it fails again, the same case is opened again. */
export interface OrderCase {
  readonly orderId: string;
  readonly kind: CaseKind;
  /** `retrying`: a person has decided, and the order is not at its end yet. */
  readonly status: 'open' | 'retrying' | 'closed';
  /** How often it has been opened. */
  readonly opening: number;
  readonly refusal: Refusal;
  /** The role that has to act. */
  readonly owner: string;
  readonly assignee: string | null;
  readonly openedAt: Instant;
  readonly dueAt: Instant;
  readonly decision: CaseDecision | null;
  /** How the order ended, or why nothing is left to decide. */
  readonly outcome: string | null;
  readonly closedAt: Instant | null;
}

export interface CaseDecision {
  readonly decision: string;
  readonly by: string;
  readonly note: string;
  readonly at: Instant;
}

/** What follows for a case: how it now stands, what the saga is told, what the world is told. */
export interface CaseStep {
  readonly orderCase: OrderCase | undefined;
  readonly told: readonly AnyMessage[];
  /** What a person's decision is to the saga. */
  readonly saga?: SagaMessage;
}

export interface Opening {
  readonly orderId: string;
  readonly kind: CaseKind;
  readonly refusal: Refusal;
}

/** Opens the case of an order, or opens it again. */
export function openCase(known: OrderCase | undefined, { orderId, kind, refusal }: Opening, rules: CaseRules, now: Instant): CaseStep {
  const opening = (known?.opening ?? 0) + 1;
  const dueAt = now + hours(rules.dueWithinHours);
  const orderCase: OrderCase = {
    orderId, kind, status: 'open', opening, refusal, owner: rules.owner, assignee: known?.assignee ?? null, openedAt: now, dueAt,
    decision: known?.decision ?? null, outcome: null, closedAt: null,
  };
  return { orderCase, told: [{ type: 'CaseOpened', value: { orderId, opening, kind, ...refusal, owner: rules.owner, at: now, dueAt } }] };
}

/** Has a person look after it. */
export function assignCase(known: OrderCase | undefined, { orderId, assignee, assignedBy }: AssignCase, now: Instant): CaseStep {
  if (!known || known.status === 'closed') return ignored(known, orderId, noCase(known, orderId), now);
  if (known.assignee === assignee) return { orderCase: known, told: [] };
  return { orderCase: { ...known, assignee }, told: [{ type: 'CaseAssigned', value: { orderId, assignee, assignedBy, at: now } }] };
}

const SAGA_MESSAGES: Readonly<Record<string, SagaMessage>> = { 'retry-undo': { type: 'undoAgain' }, 'undone-by-hand': { type: 'undoneByHand' } };

/** Takes a person's decision. What it leads to is the saga's to say; to accept an order as it stands leads nowhere and closes the case. */
export function decideCase(known: OrderCase | undefined, { orderId, decision, decidedBy, note }: DecideCase, now: Instant): CaseStep {
  if (!known || known.status !== 'open') return ignored(known, orderId, noCase(known, orderId), now);
  const saga = SAGA_MESSAGES[decision];
  if (!saga && decision !== 'accept') return ignored(known, orderId, { reason: 'unknown-decision', detail: `a decision is retry-undo, undone-by-hand or accept, got ${decision.slice(0, 40)}` }, now);
  if (saga && known.kind === 'stuck') return ignored(known, orderId, { reason: 'nothing-to-undo', detail: 'the order is not undone: cancel it, or accept it as it stands' }, now);
  const decided: OrderCase = { ...known, decision: { decision, by: decidedBy, note, at: now } };
  const told: AnyMessage = { type: 'CaseDecided', value: { orderId, opening: known.opening, decision, decidedBy, note, at: now } };
  if (saga) return { orderCase: { ...decided, status: 'retrying' }, told: [told], saga };
  const closed = closeCase(decided, 'accepted', now);
  return { ...closed, told: [told, ...closed.told] };
}

/** Nothing is left to decide. */
export function closeCase(known: OrderCase, outcome: string, now: Instant): CaseStep {
  const { orderId, opening } = known;
  return { orderCase: { ...known, status: 'closed', outcome, closedAt: now }, told: [{ type: 'CaseClosed', value: { orderId, opening, outcome, at: now } }] };
}

/** Follows the order from one state to the next: a case is opened where an undo finally failed, and closed where the order ends after all. */
export function followOrder(known: OrderCase | undefined, before: SagaState | null, after: SagaState | null, { rules, now }: { readonly rules: CaseRules; readonly now: Instant }): CaseStep {
  if (!after || after === before) return { orderCase: known, told: [] };
  if (after.status === 'manual') return openCase(known, { orderId: after.id, kind: 'undo-failed', refusal: after.refusal }, rules, now);
  return known && known.status !== 'closed' && isTerminal(after) ? closeCase(known, after.status, now) : { orderCase: known, told: [] };
}

function ignored(orderCase: OrderCase | undefined, orderId: string, why: { readonly reason: string; readonly detail: string }, now: Instant): CaseStep {
  return { orderCase, told: [{ type: 'CaseDecisionIgnored', value: { orderId, ...why, at: now } }] };
}

function noCase(known: OrderCase | undefined, orderId: string): { readonly reason: string; readonly detail: string } {
  if (!known) return { reason: 'no-case', detail: `order ${orderId} has no case` };
  const { status, decision } = known;
  return { reason: `already-${status}`, detail: `the case is ${status} since ${decision?.by ?? 'the order went on'}${decision ? ` decided ${decision.decision}` : ''}` };
}
