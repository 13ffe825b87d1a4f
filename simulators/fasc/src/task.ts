/** Where a signing task stands, as FASC 5.1 names it; the stages of filling in are not needed here. */
export type TaskStatus = 'task_created' | 'sign_progress' | 'sign_completed' | 'task_finished' | 'task_terminated' | 'expired' | 'abolishing' | 'revoked';

/** One who must sign. A company that seals without being asked has `seals` set. */
export interface Actor {
  readonly actorId: string;
  readonly actorName: string;
  readonly openId?: string;
  readonly notifyAddress?: string;
  readonly orderNo: number;
  readonly seals: boolean;
  readonly status: 'to_sign' | 'signed' | 'rejected';
  readonly actedAt?: number;
}

/** A contract on its way through its actors. */
export interface SignTask {
  readonly id: string;
  readonly subject: string;
  readonly status: TaskStatus;
  readonly transReferenceId?: string;
  /** The task that this one makes void when it is signed. */
  readonly abolishes?: string;
  /** The last task that was to make this one void. */
  readonly abolishedBy?: string;
  /** Called off, and not refused. */
  readonly isCancelled: boolean;
  readonly terminationNote?: string;
  readonly docs: readonly { readonly docId: string; readonly docName: string; readonly docFileId: string }[];
  readonly actors: readonly Actor[];
  readonly callbackUrl?: string;
  readonly autoFinish: boolean;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly expiresAt?: number;
}

/** How an actor answers when it is their turn. */
export type Behaviour = 'signs' | 'refuses' | 'silent';

/** What is told about a task: the event's name and its fields. */
export interface Notice {
  readonly event: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** A task as it now stands, and what is told about it. */
export interface Step {
  readonly task: SignTask;
  readonly notices: readonly Notice[];
}

/** A "no" with FASC's code. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Tells a "no" from anything else. */
export function isProblem(value: object): value is Problem {
  return 'code' in value && 'message' in value;
}

/** The actor whose turn it is; undefined when nobody is left or the task is not open. */
export function whoseTurn(task: SignTask): Actor | undefined {
  if (task.status !== 'sign_progress') return undefined;
  return task.actors.filter(({ status }) => status === 'to_sign').sort((one, other) => one.orderNo - other.orderNo)[0];
}

/** Puts a draft before its actors. */
export function start(task: SignTask, now: number): Step | Problem {
  if (task.status !== 'task_created') return { code: '211055', message: '签署任务不是创建状态' };
  if (task.docs.length === 0) return { code: '211056', message: '发起签署任务时文档不能为空' };
  if (task.actors.length === 0) return { code: '211161', message: '签署任务没有签署权限的参与方' };
  return told({ ...task, status: 'sign_progress', startedAt: now }, 'sign-task-start', now);
}

/** The actor whose turn it is signs or refuses. A refusal ends the task; the last signature does when it finishes by itself, and a task of `quietly` tells that in one event only. */
export function sign(task: SignTask, actor: Actor, { behaviour, now, quietly }: { readonly behaviour: 'signs' | 'refuses'; readonly now: number; readonly quietly: boolean }): Step {
  const isSigned = behaviour === 'signs';
  const acted: Actor = { ...actor, status: isSigned ? 'signed' : 'rejected', actedAt: now };
  const actors = task.actors.map((known) => (known === actor ? acted : known));
  if (!isSigned) {
    const refused: SignTask = { ...task, actors, status: 'task_terminated', finishedAt: now, terminationNote: REFUSAL };
    return told(refused, 'sign-task-sign-rejected', now, { actorId: actor.actorId, signRejectReason: REFUSAL });
  }
  const isLast = actors.every(({ status }) => status === 'signed');
  const after: SignTask = { ...task, actors, ...(isLast && (task.autoFinish ? { status: 'task_finished', finishedAt: now } : { status: 'sign_completed' })) };
  const signed = told(after, 'sign-task-signed', now, { actorId: actor.actorId, verifyFreeSign: actor.seals, signTaskSubject: task.subject });
  if (after.status !== 'task_finished' || quietly) return signed;
  return { task: after, notices: [...signed.notices, ...told(after, 'sign-task-finished', now).notices] };
}

/** Ends a task whose actors have all signed and that does not end by itself. */
export function finish(task: SignTask, now: number): Step | Problem {
  if (task.status !== 'sign_completed') return { code: '211127', message: '当前签署任务状态不允许结束' };
  return told({ ...task, status: 'task_finished', finishedAt: now }, 'sign-task-finished', now);
}

/** Calls a task off while it is being signed. */
export function cancel(task: SignTask, note: string, now: number): Step | Problem {
  if (task.status !== 'sign_progress' && task.status !== 'sign_completed') return { code: '211126', message: '当前签署任务状态不允许撤销' };
  return told({ ...task, status: 'task_terminated', isCancelled: true, finishedAt: now, terminationNote: note }, 'sign-task-canceled', now, { terminationNote: note });
}

/** Ends a task that nobody finished in time; undefined when it is not due. */
export function expire(task: SignTask, now: number): Step | undefined {
  if (task.status !== 'sign_progress' || task.expiresAt === undefined || task.expiresAt > now) return undefined;
  return told({ ...task, status: 'expired', finishedAt: now, terminationNote: '签署截止时间已过' }, 'sign-task-expire', now);
}

/** How the original stands after its abolishing task has moved. */
export function followAbolishing(original: SignTask, abolishing: SignTask, now: number): Step | undefined {
  if (original.status !== 'task_finished' && original.status !== 'abolishing') return undefined;
  switch (abolishing.status) {
    case 'sign_progress': case 'sign_completed': return { task: { ...original, status: 'abolishing', abolishedBy: abolishing.id }, notices: [] };
    case 'task_finished': return told({ ...original, status: 'revoked' }, 'sign-task-abolish', now, { abolishedSignTaskId: abolishing.id });
    case 'task_created': return { task: { ...original, abolishedBy: abolishing.id }, notices: [] };
    default: return { task: { ...original, status: 'task_finished' }, notices: [] };
  }
}

/** Whether a task binds anybody or is on its way to: what a test counts. */
export function isLive({ status, abolishes }: SignTask): boolean {
  return abolishes === undefined && (status === 'sign_progress' || status === 'sign_completed' || status === 'task_finished' || status === 'abolishing');
}

const REFUSAL = '签署人拒绝签署';

function told(task: SignTask, event: string, now: number, more: Readonly<Record<string, unknown>> = {}): Step {
  const content = { eventTime: String(now), signTaskId: task.id, signTaskStatus: task.status, transReferenceId: task.transReferenceId, ...more };
  return { task, notices: [{ event, content }] };
}
