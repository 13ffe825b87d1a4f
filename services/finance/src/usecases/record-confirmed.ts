import type { OrderConfirmed, TopicMessages } from '@order-mesh/contracts';
import { draftOf, type Received, type Unit } from '@order-mesh/messaging';
import { recordOrder, type Entry, type EntryNumber } from '../domain/entry.ts';
import type { Ports } from './ports.ts';

export type OrderEvent = Received<TopicMessages['order.events.v1']>;
export type RecordConfirmed = ReturnType<typeof recordConfirmed>;

/** Enters each confirmed order into the ledger exactly once; confirmed again, the same entry is told again. */
export const recordConfirmed = ({ ledger, seriesOf, watch, log }: Ports) => async (batch: readonly OrderEvent[], unit: Unit): Promise<void> => {
  const confirmed = batch.flatMap((message) => (message.type === 'OrderConfirmed' ? [{ message, order: message.value }] : []));
  if (confirmed.length === 0) return;

  const orderIds = confirmed.map(({ order }) => order.orderId);
  const { ends, entries: known } = await ledger.load(unit.tx, orderIds, [...new Set(orderIds.map(seriesOf))]);
  const last = new Map(ends);
  const nextOf = (orderId: string): EntryNumber => {
    const series = seriesOf(orderId);
    const entryNo = (last.get(series) ?? 0) + 1;
    last.set(series, entryNo);
    return { series, entryNo };
  };
  const entries = draftOf(known);
  for (const { message, order } of confirmed) {
    const entry = entries.get(order.orderId) ?? recordOrder(order, nextOf(order.orderId), unit.now);
    if (!entries.get(order.orderId)) entries.put(order.orderId, entry);
    unit.send({ type: 'OrderRecorded', value: entry }, message);
    tell(log, entry, order);
  }
  await ledger.append(unit.tx, entries.written());
  unit.afterCommit(() => { watch.entered(entries.written()); });
};

function tell(log: Ports['log'], { orderId, series, entryNo, amount, bookedAmount, agrees, discount }: Entry, order: OrderConfirmed): void {
  log.info('order recorded', { orderId, series, entryNo, amount, bookedAmount, discount });
  if (!agrees) log.error('ERP booked another amount than is to be paid', { orderId, series, entryNo, amount, bookedAmount });
  if (order.amount !== amount || order.bookedAmount !== bookedAmount || order.discount !== discount) {
    log.error('order confirmed again with other amounts', { orderId, series, entryNo, amount: order.amount, bookedAmount: order.bookedAmount, discount: order.discount });
  }
}
