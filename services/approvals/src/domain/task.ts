import type { DecideApproval, MessageOf, RequestApproval } from '@order-mesh/contracts';
import { hours, never, type Instant } from '@order-mesh/kernel';
import { afterWorkingTime, type WorkingCalendar, type WorkingMoment } from './working-calendar.ts';

/** A question a person has to answer: open, then closed for good. */
export type Task = OpenTask | DecidedTask | LapsedTask;

/** What is asked, of whom, until when. */
export interface Question extends Omit<RequestApproval, 'withinWorkingHours'> {
  readonly approvalId: string;
}

export interface OpenTask extends Question {
  readonly status: 'open';
}

export interface DecidedTask extends Question {
  readonly status: 'granted' | 'denied';
  readonly decidedBy: string;
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
  readonly reason: 'unknown-task' | 'unknown-decision' | 'too-late' | 'already-granted' | 'already-denied' | 'already-expired' | 'already-withdrawn';
  readonly detail: string;
}

export type Verdict =
  | { readonly type: 'decided'; readonly task: DecidedTask }
  | { readonly type: 'too-late'; readonly task: LapsedTask; readonly ignored: Ignored }
  | { readonly type: 'ignored'; readonly ignored: Ignored };

/** Names the task of an order about a subject: the same question always has the same name, that of an amended order one of its own. */
export const approvalIdOf = ({ orderId, subject, revision }: Pick<RequestApproval, 'orderId' | 'subject' | 'revision'>): string =>
  (revision === 0 ? `${orderId}:${subject}` : `${orderId}:${subject}:${revision}`);

/** More is not waited for, whatever is asked. */
const MOST_WORKING_HOURS = 1_000;

/** Until when a question may be decided: by working time where it is asked so, as told otherwise. */
export function deadlineOf({ deadline, withinWorkingHours }: RequestApproval, askedAt: Instant, calendar: WorkingCalendar): WorkingMoment {
  if (withinWorkingHours <= 0) return { at: deadline, isSure: true };
  return afterWorkingTime(calendar, askedAt, hours(Math.min(withinWorkingHours, MOST_WORKING_HOURS)));
}

/** Puts a question on the table. */
export function openTask({ withinWorkingHours: _, ...ask }: RequestApproval, deadline: Instant): OpenTask {
  return { ...ask, deadline, approvalId: approvalIdOf(ask), status: 'open' };
}

/** Takes a person's decision. One made in time counts as long as the task is open, however late it is heard. */
export function decideTask(task: Task | undefined, { approvalId, decision, decidedBy, comment, decidedAt }: DecideApproval): Verdict {
  if (!task) return ignore('unknown-task', `there is no task ${approvalId}`);
  if (task.status !== 'open') return ignore(`already-${task.status}`, `the task was ${task.status} before`);
  if (decision !== 'granted' && decision !== 'denied') return ignore('unknown-decision', `a decision is granted or denied, got ${decision.slice(0, 40)}`);
  if (decidedAt > task.deadline) {
    const ignored: Ignored = { reason: 'too-late', detail: `decided ${beijingTime(decidedAt)}, after the deadline ${beijingTime(task.deadline)}` };
    return { type: 'too-late', task: { ...task, status: 'expired' }, ignored };
  }
  return { type: 'decided', task: { ...task, status: decision, decidedBy, comment, decidedAt } };
}

/** Whether nobody decided in time. */
export const isOverdue = (task: Task, now: Instant): task is OpenTask => task.status === 'open' && task.deadline <= now;

/** Closes a task that nobody decided in time: the refusal stands. */
export const expireTask = (task: OpenTask): LapsedTask => ({ ...task, status: 'expired' });

/** Whether nobody needs to decide on a revision any more. */
export const isWithdrawn = ({ withdrawn }: Dossier, revision: number): boolean => withdrawn !== null && revision <= withdrawn;

/** Takes the open questions of an order up to a revision off the table; what was decided stays decided. */
export function withdraw({ orderId, tasks }: Dossier, upTo: number): Dossier {
  return { orderId, withdrawn: upTo, tasks: tasks.map((task) => (task.status === 'open' && task.revision <= upTo ? { ...task, status: 'withdrawn' } : task)) };
}

/** The dossier with a task put in the place of its former state. */
export function withTask(dossier: Dossier, task: Task): Dossier {
  return { ...dossier, tasks: [...dossier.tasks.filter(({ approvalId }) => approvalId !== task.approvalId), task] };
}

/** The event that answers the ask; nothing while a person still has to decide. */
export function answerOf(task: Task): MessageOf<'ApprovalGranted'> | MessageOf<'ApprovalDenied'> | undefined {
  const { orderId, approvalId, revision } = task;
  switch (task.status) {
    case 'open': return undefined;
    case 'granted': return { type: 'ApprovalGranted', value: { orderId, approvalId, decidedBy: task.decidedBy, comment: task.comment, revision } };
    case 'denied': return deny(task, 'denied', `denied by ${task.decidedBy}${task.comment === '' ? '' : `: ${task.comment}`}`);
    case 'expired': return deny(task, 'expired', `${task.role} did not decide by ${beijingTime(task.deadline)}`);
    case 'withdrawn': return denyWithdrawn(task);
    default: return never(task);
  }
}

/** The answer to whoever asks what needs no decision any more. */
export const denyWithdrawn = (task: Answered): MessageOf<'ApprovalDenied'> =>
  deny(task, 'withdrawn', 'the question was taken back; what is undone stays undone');

type Answered = Pick<Question, 'orderId' | 'approvalId' | 'revision'>;

function deny({ orderId, approvalId, revision }: Answered, reason: string, detail: string): MessageOf<'ApprovalDenied'> {
  return { type: 'ApprovalDenied', value: { orderId, approvalId, reason, detail, revision } };
}

const ignore = (reason: Ignored['reason'], detail: string): Verdict => ({ type: 'ignored', ignored: { reason, detail } });

const BEIJING_OFFSET_MS = 8 * 3_600_000;

const beijingTime = (instant: Instant): string => `${new Date(instant + BEIJING_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ')} Beijing time`;
