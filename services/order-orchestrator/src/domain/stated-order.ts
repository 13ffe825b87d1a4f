import type { OrderPlaced, StatedOrder } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { SagaState } from '@order-mesh/saga';

/** An order as it is held against the books of CRM and ERP. */
export function statedOrder(state: SagaState, changedAt: Instant): StatedOrder {
  const { id: orderId, status, startedAt, facts } = state;
  // the input of every released definition; absent where the order was turned away at the border
  const order = facts['order'] as OrderPlaced | undefined;
  const reason = state.status === 'rejected' && state.refusal ? `${state.refusal.step}: ${state.refusal.detail}` : null;
  return {
    orderId, status, reason, changedAt, source: order?.source ?? null, customerId: order?.customerId ?? null, amount: order?.amount ?? null,
    placedAt: order?.placedAt ?? startedAt,
  };
}
