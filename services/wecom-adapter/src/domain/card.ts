import type { DecideApproval, DecisionIgnored } from '@order-mesh/contracts';
import { never, type Instant } from '@order-mesh/kernel';
import { decidedElsewhere, escalated, lateDecision, mayNotDecide, notAccepted, reminder, takenBack, type Notice } from './notices.ts';
import type { Answer, Question, Verdict } from './question.ts';

/** An approval task as it stands in WeCom. Who decides there only proposes: the task is settled by `approvals`, once. */
export type Card = Asked & Stage;

export interface Asked extends Question {
  /** The number of the other card, where those that the task was escalated to have one of their own. */
  readonly otherSpNo: string | null;
}

export type Stage =
  /** WeCom is being asked for a card. */
  | { readonly status: 'asked' }
  /** There is none: the task waits outside of WeCom. */
  | { readonly status: 'unshown'; readonly detail: string }
  | { readonly status: 'open'; readonly spNo: string; readonly checkAt: Instant }
  /** Taken back, deleted, or decided by somebody who may not: the task waits outside of WeCom. */
  | { readonly status: 'void'; readonly spNo: string }
  /** Decided on the card; whether that counts is not known yet. */
  | { readonly status: 'answered'; readonly spNo: string; readonly answer: Answer }
  | { readonly status: 'settled'; readonly spNo: string | null; readonly answer: Answer | null; readonly verdict: Verdict };

/** A card as WeCom shows it. */
export interface Reading {
  readonly approvalId: string;
  readonly spNo: string;
  readonly seen: 'pending' | 'gone' | Decided;
}

export interface Decided {
  readonly decision: 'granted' | 'denied';
  /** The userid; '' when a rule of WeCom decided. */
  readonly decider: string;
  readonly comment: string;
  readonly decidedAt: Instant;
}

/** What a message or an answer leads to. */
export interface Step {
  readonly card: Card;
  /** To apply again is to put a second card before those who may decide from now on. */
  readonly ask?: 'apply' | 'apply-again' | 'recall';
  readonly decide?: DecideApproval;
  readonly tell?: Notice;
  /** For those who look after the mesh. */
  readonly alert?: string;
}

/** Puts a question before those who may decide, once. */
export function askFor(known: Card | undefined, question: Question): Step {
  if (known) return { card: known };
  const asked: Card = { ...question, otherSpNo: null, status: 'asked' };
  if (question.approvers.length > 0) return { card: asked, ask: 'apply' };
  return unshown(asked, 'nobody is set up in WeCom who may decide (WECOM_APPROVERS)');
}

/** The card is there. */
export function noteShown(card: Card, spNo: string, checkAt: Instant): Step {
  switch (card.status) {
    case 'asked': case 'unshown': return { card: { ...askedOf(card), status: 'open', spNo, checkAt } };
    case 'settled': return card.spNo === spNo ? { card } : { card: { ...card, spNo: card.spNo ?? spNo }, tell: decidedElsewhere(card, spNo, card.verdict) };
    case 'open': return { card: card.spNo === spNo || card.otherSpNo !== null ? card : { ...card, otherSpNo: spNo } };
    case 'void': return { card: card.spNo === spNo ? card : { ...askedOf(card), status: 'open', spNo, checkAt } };
    case 'answered': return { card: card.spNo === spNo || card.otherSpNo !== null ? card : { ...card, otherSpNo: spNo } };
    default: return never(card);
  }
}

/** WeCom did not take it. */
export function noteNotShown(card: Card, detail: string): Step {
  return card.status === 'asked' ? unshown(card, detail) : { card };
}

/** Nobody has decided for a while: those who may are reminded, unless one of them just did. */
export function noteReminded(card: Card): Step {
  return card.status === 'settled' || card.status === 'answered' || card.approvers.length === 0 ? { card } : { card, tell: reminder(card) };
}

/** Nobody has decided for long: these may decide from now on, too, and get a card of their own. */
export function noteEscalated(known: Card, role: string, approvers: readonly string[]): Step {
  const isAsked = approvers.length > 0 && approvers.every((userid) => known.approvers.includes(userid));
  if (isAsked || known.status === 'settled') return { card: known };
  const card = { ...known, approvers: [...new Set([...known.approvers, ...approvers])] };
  if (known.status === 'answered') return { card };
  if (approvers.length === 0) return { card: known, alert: `订单 ${card.orderId}（任务 ${card.approvalId}）已上报，但 ${role} 在企业微信中无人可决定 (WECOM_APPROVERS)，请在订单平台决定` };
  return { card, ask: 'apply-again', tell: escalated(card, role) };
}

/** The task is settled, wherever. */
export function noteSettled(card: Card, verdict: Verdict): Step {
  switch (card.status) {
    case 'asked': return { card: settled(card, null, verdict), ask: 'recall' };
    case 'unshown': return { card: settled(card, null, verdict) };
    case 'void': return { card: settled(card, card.spNo, verdict) };
    case 'open': return { card: settled(card, card.spNo, verdict), tell: decidedElsewhere(card, card.spNo, verdict) };
    case 'answered': {
      const done = { ...settled(card, card.spNo, verdict), answer: card.answer };
      return card.otherSpNo === null ? { card: done } : { card: done, tell: decidedElsewhere(card, card.otherSpNo, verdict) };
    }
    case 'settled': return { card };
    default: return never(card);
  }
}

/** A decision of ours changed nothing: it came too late, or whoever made it may not decide. */
export function noteIgnored(card: Card, { decidedBy, reason, detail }: Pick<DecisionIgnored, 'decidedBy' | 'reason' | 'detail'>): Step {
  if (!('answer' in card) || card.answer?.decidedBy !== decidedBy || card.spNo === null) return { card };
  if (card.status === 'settled') return { card, tell: lateDecision(card, card.spNo, card.answer, card.verdict) };
  return REFUSALS.has(reason) ? { card: voided(card, card.spNo), tell: notAccepted(card, card.spNo, detail) } : { card };
}

/** Why a decision does not count although the task is open. */
const REFUSALS = new Set(['not-allowed', 'own-request']);

/** Goes on from what WeCom shows; the same shown again changes nothing. */
export function noteRead(card: Card, { spNo, seen }: Reading, { checkAt, nameOf }: { readonly checkAt: Instant; readonly nameOf: (userid: string) => string }): Step {
  if (seen === 'pending') return noteShown(card, spNo, checkAt);
  if (seen === 'gone') return card.status === 'open' && isOneOf(card, spNo) ? { card: without(card, spNo), tell: takenBack(card, spNo) } : { card };
  const { decision, decider, comment, decidedAt } = seen;
  const answer: Answer = { decision, decider, decidedBy: nameOf(decider) };
  if (card.status === 'settled') return decider === '' || isKnown(card, spNo, decider) ? { card } : { card, tell: lateDecision(card, spNo, answer, card.verdict) };
  // A second card of the same task proposes nothing: approvals has an answer of the first before it
  if (card.status === 'answered') return { card };
  if (!card.approvers.includes(decider)) return { card: card.status === 'open' && isOneOf(card, spNo) ? without(card, spNo) : card, tell: mayNotDecide(card, spNo, decider) };
  const { orderId, approvalId } = card;
  return { card: { ...askedOf(card), otherSpNo: otherThan(card, spNo), status: 'answered', spNo, answer }, decide: { orderId, approvalId, decision, decidedBy: answer.decidedBy, comment, decidedAt } };
}

const isKnown = ({ spNo, answer }: Extract<Card, { readonly status: 'settled' }>, readSpNo: string, decider: string): boolean => spNo === readSpNo && answer?.decider === decider;

function unshown(card: Card, detail: string): Step {
  return { card: { ...askedOf(card), status: 'unshown', detail }, alert: `审批单未能发出，订单 ${card.orderId}（任务 ${card.approvalId}）请在订单平台决定：${detail}` };
}

const isOneOf = ({ spNo, otherSpNo }: OpenCard, readSpNo: string): boolean => readSpNo === spNo || readSpNo === otherSpNo;

/** The task with one of its cards gone: the other lies open, if there is one. */
function without(card: OpenCard, spNo: string): Card {
  const other = otherThan(card, spNo);
  return other === null ? voided(card, spNo) : { ...card, spNo: other, otherSpNo: null };
}

function otherThan(card: Card, spNo: string): string | null {
  if (card.otherSpNo !== null && card.otherSpNo !== spNo) return card.otherSpNo;
  return 'spNo' in card && card.spNo !== spNo ? card.spNo : null;
}

type OpenCard = Extract<Card, { readonly status: 'open' }>;

const voided = (card: Card, spNo: string): Card => ({ ...askedOf(card), status: 'void', spNo });
const settled = (card: Card, spNo: string | null, verdict: Verdict): Extract<Card, { readonly status: 'settled' }> => ({ ...askedOf(card), status: 'settled', spNo, answer: null, verdict });

function askedOf({ approvalId, orderId, customerId, amount, deadline, approvers, otherSpNo }: Card): Asked {
  return { approvalId, orderId, customerId, amount, deadline, approvers, otherSpNo };
}
