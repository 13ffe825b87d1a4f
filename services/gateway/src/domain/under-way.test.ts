import { minutes, seconds } from '@order-mesh/kernel';
import { heard } from '../../test/scene.ts';
import { ordersUnderWay } from './under-way.ts';

const NOW = 1_000_000_000;

type Named = Parameters<typeof heard>[0];
const about = (orderId: string, type: Named, value: object = {}) => heard(type, { key: orderId, value: { orderId, ...value } } as never);

describe('the orders under way', () => {
  it('are those that were placed and have neither ended nor come to a person', () => {
    const orders = ordersUnderWay();
    orders.note(['A', 'B', 'C', 'D'].map((orderId) => about(orderId, 'OrderPlaced')), NOW);
    expect(orders.count(NOW)).toBe(4);
    orders.note([about('A', 'OrderConfirmed'), about('B', 'RequestApproval'), about('C', 'SignContract')], NOW);
    expect(orders.count(NOW)).toBe(1);
    orders.note([about('B', 'HoldCredit', { approvalId: 'AP1' }), about('C', 'PlanDelivery')], NOW);
    expect(orders.count(NOW)).toBe(3);
    orders.note([about('C', 'CancelDelivery'), about('C', 'VoidContract')], NOW);
    expect(orders.count(NOW)).toBe(3);
  });

  it('are none after a batch that brings an order from its beginning to its end', () => {
    const orders = ordersUnderWay();
    orders.note([about('A', 'OrderPlaced'), about('A', 'HoldCredit', { approvalId: null }), about('A', 'OrderRejected')], NOW);
    expect(orders.count(NOW)).toBe(0);
    expect(orders.perSecond(NOW)).toBe(1);
  });

  it('are counted once however often they are heard of, and not for ever', () => {
    const orders = ordersUnderWay();
    orders.note([about('A', 'OrderPlaced'), about('A', 'OrderPlaced'), about('B', 'OrderPlaced')], NOW);
    orders.note([about('A', 'LockStock')], NOW + minutes(9));
    expect(orders.count(NOW + minutes(10))).toBe(1);
    expect(orders.count(NOW + minutes(19))).toBe(0);
  });

  it('leave at a pace', () => {
    const orders = ordersUnderWay();
    const ids = Array.from({ length: 100 }, (_, index) => `O${index}`);
    orders.note(ids.map((orderId) => about(orderId, 'OrderPlaced')), NOW);
    ids.forEach((orderId, index) => { orders.note([about(orderId, 'OrderConfirmed')], NOW + seconds(1) + index * 100); });
    expect(orders.perSecond(NOW + seconds(11))).toBeCloseTo(9.1, 0);
  });
});
