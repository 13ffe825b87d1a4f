import type { Instant } from '@order-mesh/kernel';
import type { Cause } from '@order-mesh/messaging';
import type { Announcement } from '../domain/announce.ts';
import type { Log } from './ports.ts';

/** The same state of an order always makes the same message, so that hearing of it again is recognised; an order that was changed since makes another. */
export function causeOf({ type, value }: Announcement, changedAt?: Instant): Cause {
  const at = type === 'CancelRequested' ? value.requestedAt : value.placedAt;
  return { id: `salesforce/${value.orderId}/${type}@${changedAt ?? at}`, trace: {}, happenedAt: at };
}

/** One event of the log for each order that the mesh was told of. */
export function logAnnounced(log: Log, { type, value }: Announcement): void {
  const { orderId } = value;
  if (type === 'OrderPlaced') log.info('order taken up', { orderId, customerId: value.customerId, amountFen: String(value.amount), lines: value.lines.length });
  else if (type === 'OrderUnacceptable') log.info('order unacceptable', { orderId, reasons: value.reasons });
  else log.info('order cancelled in the CRM', { orderId });
}
