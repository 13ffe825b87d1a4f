import type { TopicMessages } from '@order-mesh/contracts';
import { draftOf, type Received, type Unit } from '@order-mesh/messaging';
import { confirmHold } from '../domain/hold.ts';
import type { Ports } from './ports.ts';

export type OrderEvent = Received<TopicMessages['order.events.v1']>;
export type NoteConfirmed = ReturnType<typeof noteConfirmed>;

/** Remembers which holds belong to confirmed orders; they wait for their receivable. */
export const noteConfirmed = ({ book, log }: Ports) => async (batch: readonly OrderEvent[], unit: Unit): Promise<void> => {
  const orderIds = batch.flatMap((message) => (message.type === 'OrderConfirmed' ? [message.value.orderId] : []));
  if (orderIds.length === 0) return;

  const holds = draftOf((await book.load(unit.tx, { customerIds: [], orderIds, receivableIds: [] })).holds);
  for (const orderId of orderIds) {
    const known = holds.get(orderId);
    if (!known || known.status === 'refused' || known.status === 'released') {
      log.error('order confirmed without credit', { orderId, hold: known?.status ?? 'none' });
      continue;
    }
    const confirmed = confirmHold(known);
    if (confirmed !== known) holds.put(orderId, confirmed);
  }
  await book.save(unit.tx, { accounts: [], holds: holds.written(), receivables: [] });
};
