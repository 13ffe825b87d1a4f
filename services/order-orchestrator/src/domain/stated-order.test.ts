import { fen } from '@order-mesh/kernel';
import { statedOrder } from './stated-order.ts';

const common = { definition: 'order-to-cash@1', id: 'O1', startedAt: 5, endedAt: 9 };

describe('an order in a statement', () => {
  it('says what was ordered, by whom, and where it is', () => {
    const facts = { order: { orderId: 'O1', source: 'salesforce', customerId: 'C1', amount: fen(12_300), placedAt: 3 } };
    expect(statedOrder({ ...common, status: 'confirmed', facts, refusal: null }, 10))
      .toEqual({ orderId: 'O1', status: 'confirmed', source: 'salesforce', customerId: 'C1', amount: 12_300n, discount: 0n, reason: null, placedAt: 3, changedAt: 10 });
  });

  it('says what is to be paid, and what was taken off', () => {
    const facts = { order: { orderId: 'O1', source: 'salesforce', customerId: 'C1', amount: fen(12_300), placedAt: 3 }, price: { orderId: 'O1', listAmount: fen(12_300), amount: fen(12_000) } };
    expect(statedOrder({ ...common, status: 'confirmed', facts, refusal: null }, 10)).toMatchObject({ amount: 12_000n, discount: 300n });
  });

  it('says why it was rejected, and knows little of an order that was turned away at the border', () => {
    const refusal = { step: 'border', reason: 'unacceptable', detail: 'it has no lines' };
    expect(statedOrder({ ...common, status: 'rejected', facts: {}, refusal }, 10))
      .toEqual({ orderId: 'O1', status: 'rejected', source: null, customerId: null, amount: null, reason: 'border: it has no lines', discount: 0n, placedAt: 5, changedAt: 10 });
  });
});
