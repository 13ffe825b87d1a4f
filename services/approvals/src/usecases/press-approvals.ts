import { never, type Instant } from '@order-mesh/kernel';
import { draftOf, type Outgoing, type Unit } from '@order-mesh/messaging';
import { decidersOf, type Authority } from '../domain/right.ts';
import { answerOf, press, requestedOf, withTask, type Dossier, type Pressed } from '../domain/task.ts';
import { authorityIn } from './authority.ts';
import type { Ports } from './ports.ts';

export type PressApprovals = ReturnType<typeof pressApprovals>;

/** Reminds people of tasks, asks the next role as well, and closes what nobody decided in time: the tasks of `atMost` orders; the rest follows the next time. */
export const pressApprovals = (ports: Pick<Ports, 'book' | 'people' | 'delegations' | 'log'>, atMost: number) => async (unit: Unit): Promise<void> => {
  const { book, log } = ports;
  const orderIds = await book.due(unit.tx, unit.now, atMost);
  if (orderIds.length === 0) return;

  const authority = await authorityIn(unit, ports);
  const dossiers = draftOf(await book.load(unit.tx, orderIds));
  for (const orderId of orderIds) {
    for (const approvalId of idsIn(dossiers.get(orderId))) {
      const dossier = dossiers.get(orderId);
      const task = dossier?.tasks.find((one) => one.approvalId === approvalId);
      const pressed: Pressed = task ? press(task, unit.now) : { type: 'waiting' };
      if (!dossier || pressed.type === 'waiting') continue;
      dossiers.put(orderId, withTask(dossier, pressed.task));
      for (const news of newsOf(pressed, authority, unit.now)) unit.send(news, { id: `approvals:${pressed.type}:${approvalId}`, trace: {} });
      log.info(`approval ${pressed.type}`, { orderId, approvalId, role: pressed.task.role });
    }
  }
  await book.save(unit.tx, dossiers.written());
};

/** In one order, whichever the tasks come in. */
const idsIn = (dossier: Dossier | undefined): readonly string[] => (dossier?.tasks ?? []).map(({ approvalId }) => approvalId).sort();

function newsOf(pressed: Exclude<Pressed, { readonly type: 'waiting' }>, authority: Authority, now: Instant): readonly Outgoing[] {
  const { orderId, approvalId, role, escalatedTo, deadline, revision } = pressed.task;
  switch (pressed.type) {
    case 'reminded': return [{ type: 'ApprovalReminded', value: { orderId, approvalId, role, deadline, revision } }];
    case 'escalated': return [{ type: 'ApprovalEscalated', value: { ...requestedOf(pressed.task, decidersOf(authority, pressed.task, now)), escalatedTo } }];
    case 'expired': return [answerOf(pressed.task)].filter((answer) => answer !== undefined);
    default: return never(pressed);
  }
}
