import type { Instant } from '@order-mesh/kernel';
import type { Cause, Transaction } from '@order-mesh/messaging';
import type { Announcement } from '../domain/announce.ts';
import type { Contacts, Log } from './ports.ts';

/** The same state of an order always makes the same message, so that hearing of it again is recognised; an order that was changed since makes another. */
export function causeOf({ type, value }: Announcement, changedAt?: Instant): Cause {
  const at = type === 'CancelRequested' ? value.requestedAt : value.placedAt;
  return { id: `salesforce/${value.orderId}/${type}@${changedAt ?? at}`, trace: {}, happenedAt: at };
}

/** The announcements as they may be sent, in their order: contacts are sealed. */
export async function sealed<One extends Announcement>(contacts: Contacts, tx: Transaction, announcements: readonly One[]): Promise<readonly One[]> {
  const orders = announcements.flatMap((one) => (one.type === 'OrderPlaced' ? [one.value] : []));
  if (orders.length === 0) return announcements;
  const addresses = await contacts.seal(tx, orders);
  const byOrder = new Map(orders.map((order, index) => [order, addresses[index] ?? order.shipTo]));
  return announcements.map((one) => (one.type === 'OrderPlaced' ? { ...one, value: { ...one.value, shipTo: byOrder.get(one.value) ?? one.value.shipTo } } : one));
}

/** One event of the log for each order that the mesh was told of. */
export function logAnnounced(log: Log, { type, value }: Announcement): void {
  const { orderId } = value;
  if (type === 'OrderPlaced') log.info('order taken up', { orderId, customerId: value.customerId, amountFen: String(value.amount), lines: value.lines.length });
  else if (type === 'OrderUnacceptable') log.info('order unacceptable', { orderId, reasons: value.reasons });
  else log.info('order cancelled in the CRM', { orderId });
}
