import type { ApprovalDenied, ApprovalRequested, DecideApproval, MessageOf, Policy, RequestApproval } from '@order-mesh/contracts';
import { hours, never, type Instant } from '@order-mesh/kernel';
import { approvalFlow, decideOn, factsFor, toldOf, type CompiledRules, type DecisionRecord } from '@order-mesh/rules';
import type { Question } from './question.ts';
import type { Right } from './right.ts';
import { afterWorkingTime, type WorkingCalendar, type WorkingMoment } from './working-calendar.ts';

/** A question a person has to answer: open, then closed for good. */
export type Task = OpenTask | DecidedTask | LapsedTask;

export interface OpenTask extends Question {
  readonly status: 'open';
  /** When those who may decide are reminded; null once that is done, or never to be. */
  readonly remindAt: Instant | null;
  readonly escalation: Escalation | null;
}

/** When which role may decide, too. */
export interface Escalation {
  readonly at: Instant;
  readonly to: string;
}

export interface DecidedTask extends Question {
  readonly status: 'granted' | 'denied';
  readonly decidedBy: string;
  /** The same as the directory names that person. */
  readonly decider: string;
  /** In whose place; '' for somebody's own right. */
  readonly onBehalfOf: string;
  readonly comment: string;
  readonly decidedAt: Instant;
}

/** Closed without anybody's decision. */
export interface LapsedTask extends Question {
  readonly status: 'expired' | 'withdrawn';
}

/** All that was asked about one order. */
export interface Dossier {
  readonly orderId: string;
  /** Questions up to this revision need no decision any more, whatever is asked from now on; null when none was taken back. */
  readonly withdrawn: number | null;
  readonly tasks: readonly Task[];
}

/** Why a decision changes nothing. */
export interface Ignored {
  readonly reason: 'unknown-task' | 'unknown-decision' | 'not-allowed' | 'own-request' | 'too-late' | 'already-granted' | 'already-denied' | 'already-expired' | 'already-withdrawn';
  readonly detail: string;
}

export type Verdict =
  | { readonly type: 'decided'; readonly task: DecidedTask }
  | { readonly type: 'too-late'; readonly task: LapsedTask; readonly ignored: Ignored }
  | { readonly type: 'ignored'; readonly ignored: Ignored };

/** Names the task of an order about a subject: the same question always has the same name, that of an amended order one of its own. */
export const approvalIdOf = ({ orderId, subject, revision }: Pick<RequestApproval, 'orderId' | 'subject' | 'revision'>): string =>
  (revision === 0 ? `${orderId}:${subject}` : `${orderId}:${subject}:${revision}`);

/** By what a question gets its times. */
export interface Rules extends Pick<Policy['approvals'], 'remindAfterPercent' | 'escalateAfterPercent' | 'escalateTo'> {
  readonly calendar: WorkingCalendar;
}

/** More is not waited for, whatever is asked. */
const MOST_WORKING_HOURS = 1_000;

/** Puts a question on the table, its time counted as it was asked: by working time or by the clock. Not sure: in a year whose holidays are not known. */
export function openTask(asked: RequestApproval, askedAt: Instant, rules: Rules, record: DecisionRecord | null = null): { readonly task: OpenTask; readonly isSure: boolean } {
  const { withinWorkingHours, ...ask } = asRulesSay(asked, record);
  const length = withinWorkingHours > 0 ? hours(Math.min(withinWorkingHours, MOST_WORKING_HOURS)) : ask.deadline - askedAt;
  const after = (percent: number): WorkingMoment => {
    const part = Math.round(length * percent / 100);
    return withinWorkingHours > 0 ? afterWorkingTime(rules.calendar, askedAt, part) : { at: askedAt + part, isSure: true };
  };
  const { at: deadline, isSure } = after(100);
  const remindAt = rules.remindAfterPercent > 0 ? after(rules.remindAfterPercent).at : null;
  const to = new Map(Object.entries(rules.escalateTo)).get(ask.role);
  const escalation = to !== undefined && rules.escalateAfterPercent > 0 ? { at: after(rules.escalateAfterPercent).at, to } : null;
  return { task: { ...ask, deadline, approvalId: approvalIdOf(ask), escalatedTo: '', record, status: 'open', remindAt, escalation }, isSure };
}

/** Puts a question to the rules of `approval-flow`. */
export const decideFlow = (rules: CompiledRules, { orderId, subject, reason, customerId, region, amount }: RequestApproval, askedAt: Instant): DecisionRecord =>
  decideOn(rules, factsFor(approvalFlow, { subject, reason, customerId, region, amount }), { now: askedAt, placedAt: askedAt, about: orderId });

/** Where rules name a role or a time, those count instead of what was asked. */
function asRulesSay(asked: RequestApproval, record: DecisionRecord | null): RequestApproval {
  const { role, within } = record?.said ?? {};
  return { ...asked, ...(typeof role === 'string' && role !== '' && { role }), ...(typeof within === 'number' && within > 0 && { withinWorkingHours: within }) };
}

/** Takes a person's decision. One made in time counts as long as the task is open, however late it is heard. */
export function decideTask(task: Task | undefined, { approvalId, decision, decidedBy, comment, decidedAt }: DecideApproval, right?: Right): Verdict {
  if (!task) return ignore('unknown-task', `there is no task ${approvalId}`);
  if (task.status !== 'open') return ignore(`already-${task.status}`, `the task was ${task.status} before`);
  if (decision !== 'granted' && decision !== 'denied') return ignore('unknown-decision', `a decision is granted or denied, got ${decision.slice(0, 40)}`);
  if (right?.type === 'refused') return ignore(right.reason, right.detail);
  if (decidedAt > task.deadline) {
    const ignored: Ignored = { reason: 'too-late', detail: `decided ${beijingTime(decidedAt)}, after the deadline ${beijingTime(task.deadline)}` };
    return { type: 'too-late', task: expired(task), ignored };
  }
  return { type: 'decided', task: { ...questionOf(task), status: decision, decidedBy, decider: right?.decider ?? decidedBy, onBehalfOf: right?.onBehalfOf ?? '', comment, decidedAt } };
}

/** What the clock does to a task that nobody has decided. */
export type Pressed =
  | { readonly type: 'waiting' }
  | { readonly type: 'reminded' | 'escalated'; readonly task: OpenTask }
  | { readonly type: 'expired'; readonly task: LapsedTask };

/** Reminds, asks the next role as well, and lets the refusal stand in the end; of what is due at once, the last. */
export function press(task: Task, now: Instant): Pressed {
  if (task.status !== 'open') return { type: 'waiting' };
  const { deadline, escalation, remindAt } = task;
  if (deadline <= now) return { type: 'expired', task: expired(task) };
  if (escalation && escalation.at <= now) return { type: 'escalated', task: { ...task, remindAt: null, escalation: null, escalatedTo: escalation.to } };
  if (remindAt !== null && remindAt <= now) return { type: 'reminded', task: { ...task, remindAt: null } };
  return { type: 'waiting' };
}

/** When the clock does something to a task next; never to one that is closed. */
export const nextPress = (task: Task): Instant =>
  (task.status === 'open' ? Math.min(task.deadline, task.remindAt ?? Infinity, task.escalation?.at ?? Infinity) : Infinity);

const expired = (task: OpenTask): LapsedTask => ({ ...questionOf(task), status: 'expired' });

function questionOf({ status: _, remindAt: __, escalation: ___, ...question }: OpenTask): Question {
  return question;
}

/** Whether nobody needs to decide on a revision any more. */
export const isWithdrawn = ({ withdrawn }: Dossier, revision: number): boolean => withdrawn !== null && revision <= withdrawn;

/** Takes the open questions of an order up to a revision off the table; what was decided stays decided. */
export function withdraw({ orderId, tasks }: Dossier, upTo: number): Dossier {
  return { orderId, withdrawn: upTo, tasks: tasks.map((task) => (task.status === 'open' && task.revision <= upTo ? { ...questionOf(task), status: 'withdrawn' } : task)) };
}

/** The dossier with a task put in the place of its former state. */
export function withTask(dossier: Dossier, task: Task): Dossier {
  return { ...dossier, tasks: [...dossier.tasks.filter(({ approvalId }) => approvalId !== task.approvalId), task] };
}

/** What is told of a question that is put to people, and of who may decide it where that is known. */
export function requestedOf({ orderId, approvalId, subject, customerId, region, role, amount, reason, detail, deadline, revision, requestedBy, record, evidence, prices }: Question, deciders: readonly string[]): ApprovalRequested {
  const decisions = toldOf(approvalFlow, record).filter(({ rule }) => rule !== null);
  return { orderId, approvalId, subject, customerId, region, role, amount, reason, detail, deadline, revision, deciders, requestedBy, decisions, evidence, prices };
}

/** The event that answers the ask; nothing while a person still has to decide. */
export function answerOf(task: Task): MessageOf<'ApprovalGranted'> | MessageOf<'ApprovalDenied'> | undefined {
  const { orderId, approvalId, subject, revision } = task;
  switch (task.status) {
    case 'open': return undefined;
    case 'granted': return { type: 'ApprovalGranted', value: { orderId, approvalId, decidedBy: task.decidedBy, onBehalfOf: task.onBehalfOf, comment: task.comment, revision, subject } };
    case 'denied': {
      const detail = `denied by ${task.decidedBy}${task.onBehalfOf === '' ? '' : ` for ${task.onBehalfOf}`}${task.comment === '' ? '' : `: ${task.comment}`}`;
      return deny(task, { reason: 'denied', detail, decidedBy: task.decidedBy });
    }
    case 'expired': return deny(task, { reason: 'expired', detail: `${decidersOf(task)} did not decide by ${beijingTime(task.deadline)}`, decidedBy: null });
    case 'withdrawn': return denyWithdrawn(task);
    default: return never(task);
  }
}

const decidersOf = ({ role, escalatedTo }: Question): string => (escalatedTo === '' ? role : `${role} and ${escalatedTo}`);

/** The answer to whoever asks what needs no decision any more. */
export const denyWithdrawn = (task: Answered): MessageOf<'ApprovalDenied'> =>
  deny(task, { reason: 'withdrawn', detail: 'the question was taken back; what is undone stays undone', decidedBy: null });

type Answered = Pick<Question, 'orderId' | 'approvalId' | 'subject' | 'revision'>;

function deny({ orderId, approvalId, subject, revision }: Answered, why: Pick<ApprovalDenied, 'reason' | 'detail' | 'decidedBy'>): MessageOf<'ApprovalDenied'> {
  return { type: 'ApprovalDenied', value: { orderId, approvalId, ...why, revision, subject } };
}

const ignore = (reason: Ignored['reason'], detail: string): Verdict => ({ type: 'ignored', ignored: { reason, detail } });

const BEIJING_OFFSET_MS = 8 * 3_600_000;

const beijingTime = (instant: Instant): string => `${new Date(instant + BEIJING_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ')} Beijing time`;
