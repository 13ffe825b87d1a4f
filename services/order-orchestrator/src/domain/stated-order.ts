import type { OrderPlaced, OrderPriced, StatedOrder } from '@order-mesh/contracts';
import { fen, type Instant } from '@order-mesh/kernel';
import type { SagaState } from '@order-mesh/saga';

/** An order as it is held against the books of CRM and ERP. */
export function statedOrder(state: SagaState, changedAt: Instant): StatedOrder {
  const { id: orderId, status, startedAt, facts } = state;
  // the input of every released definition; absent where the order was turned away at the border
  const order = facts['order'] as OrderPlaced | undefined;
  // absent where the order has no price yet, and where its definition asks for none
  const price = facts['price'] as OrderPriced | undefined;
  const reason = state.status === 'rejected' && state.refusal ? `${state.refusal.step}: ${state.refusal.detail}` : null;
  return {
    orderId, status, reason, changedAt, source: order?.source ?? null, customerId: order?.customerId ?? null, amount: price?.amount ?? order?.amount ?? null,
    discount: price ? fen(price.listAmount - price.amount) : fen(0), placedAt: order?.placedAt ?? startedAt,
  };
}
