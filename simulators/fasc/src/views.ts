import type { Json } from '@order-mesh/simulator';
import type { Gate } from './gate.ts';
import type { Memory } from './memory.ts';
import { isLive, type SignTask } from './task.ts';

/** A task as sign-task/get-detail shows it; times are text. */
export function detailOf(task: SignTask, openCorpId: string): Json {
  const time = (at: number | undefined) => (at === undefined ? null : String(at));
  return {
    signTaskId: task.id, signTaskSubject: task.subject, signTaskStatus: task.status, signDocType: 'contract', signTaskSource: 'api',
    cancelStatus: task.isCancelled, faultStatus: task.terminationNote !== undefined && !task.isCancelled, terminationNote: task.terminationNote ?? null,
    createTime: time(task.createdAt), startTime: time(task.startedAt), finishTime: time(task.finishedAt), deadlineTime: time(task.expiresAt),
    autoFinish: task.autoFinish, transReferenceId: task.transReferenceId ?? null, initiator: { idType: 'corp', ownerId: openCorpId },
    abolishedSignTaskId: task.abolishedBy ?? null, originalSignTaskId: task.abolishes ?? null,
  };
}

/** What the tasks of the whole house are, for tests to believe. */
export function ledgerOf(memory: Memory, gate: Gate): unknown {
  const waiting = new Map<string, number>();
  for (const { taskId } of memory.waiting.values()) waiting.set(taskId, (waiting.get(taskId) ?? 0) + 1);
  return {
    tokensIssued: gate.issued,
    flows: memory.tasks().map((task) => ({
      id: task.id,
      title: task.subject,
      status: task.status,
      statusText: task.isCancelled ? 'task_canceled' : task.status,
      rescinds: task.abolishes,
      live: isLive(task),
      externalRef: task.transReferenceId,
      reason: task.terminationNote,
      signers: task.actors.map(({ actorName, status }) => ({ name: actorName, status })),
      callbacks: { ...memory.told(task.id), waiting: waiting.get(task.id) ?? 0 },
    })),
  };
}
