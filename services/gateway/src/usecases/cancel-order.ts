import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { itemOf, type OrderItem } from '../domain/order-item.ts';
import type { ViewBook } from './ports.ts';

export interface CancelRequest {
  readonly orderId: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
  readonly trace: Trace;
}

export type Cancelled =
  | { readonly type: 'asked'; readonly order: OrderItem }
  | { readonly type: 'unknown' }
  | { readonly type: 'ended'; readonly order: OrderItem };

export type CancelOrder = (request: CancelRequest, unit: Unit) => Promise<Cancelled>;

/** Asks for an order to be undone, unless it has ended; one that is being undone already is not asked again. */
export const cancelOrder = ({ views, log }: { readonly views: ViewBook; readonly log: Log }): CancelOrder => async (request, unit) => {
  const { orderId, reason, requestedBy, requestId, trace } = request;
  const kept = (await views.load(unit.tx, [orderId])).get(orderId);
  const order = kept ? itemOf(kept.view) : null;
  if (!order) return { type: 'unknown' };
  if (order.endedAt !== null) return { type: 'ended', order };
  if (order.status === 'running') {
    unit.send({ type: 'CancelRequested', value: { orderId, reason, requestedBy, requestedAt: unit.now } }, { id: `http/cancel/${requestId}`, trace });
    log.info('cancel asked for', { orderId, requestedBy });
  }
  return { type: 'asked', order };
};
