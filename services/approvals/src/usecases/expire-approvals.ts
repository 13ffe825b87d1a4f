import { draftOf, type Unit } from '@order-mesh/messaging';
import { answerOf, expireTask, isOverdue, withTask } from '../domain/task.ts';
import type { Ports } from './ports.ts';

export type ExpireApprovals = ReturnType<typeof expireApprovals>;

/** Closes tasks that nobody decided in time, those of `atMost` orders at a time; the rest follows the next time. */
export const expireApprovals = ({ book, log }: Ports, atMost: number) => async (unit: Unit): Promise<void> => {
  const orderIds = await book.overdue(unit.tx, unit.now, atMost);
  if (orderIds.length === 0) return;

  const dossiers = draftOf(await book.load(unit.tx, orderIds));
  for (const orderId of orderIds) {
    const overdue = dossiers.get(orderId)?.tasks.filter((task) => isOverdue(task, unit.now)) ?? [];
    for (const task of overdue) {
      const dossier = dossiers.get(orderId);
      const expired = expireTask(task);
      if (dossier) dossiers.put(orderId, withTask(dossier, expired));
      const answer = answerOf(expired);
      if (answer) unit.send(answer, { id: `approvals:expired:${task.approvalId}`, trace: {} });
      log.info('approval expired', { orderId, approvalId: task.approvalId, role: task.role });
    }
  }
  await book.save(unit.tx, dossiers.written());
};
