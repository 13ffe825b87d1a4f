import type { MessageOf, Policy } from '@order-mesh/contracts';
import type { CrmOrder } from './crm-order.ts';
import { reviewOrder, SOURCE, type Reviewed } from './review.ts';

export type Announcement = Reviewed | MessageOf<'CancelRequested'>;

/** What an order, as it stands in the CRM, means to the mesh; undefined while it means nothing. */
export function announce(order: CrmOrder, policy: Policy['order']): Announcement | undefined {
  if (order.status === 'Activated') return reviewOrder(order, policy);
  if (order.status !== 'Cancelled') return undefined;
  const { orderId, changedAt } = order;
  return { type: 'CancelRequested', value: { orderId, reason: 'cancelled in Salesforce', requestedBy: SOURCE, requestedAt: changedAt } };
}
