import { minutes, seconds } from '@order-mesh/kernel';
import { desk, heard, type Told } from '../../test/scene.ts';
import { ordersUnderWay } from '../domain/under-way.ts';
import { countUnderWay } from './count-under-way.ts';
import { projectMessages, type AboutOrder } from './project-messages.ts';

const NOW = 1_000_000_000;
const about = (orderId: string, type: Told, value: object = {}): AboutOrder => heard(type, { key: orderId, value: { orderId, ...value } });

/** A gateway that counts what it hears. */
function gateway() {
  const { ports, unit } = desk();
  const orders = ordersUnderWay();
  const count = countUnderWay(projectMessages(ports), orders);
  return { orders, hears: (batch: readonly AboutOrder[], now = NOW) => count(batch, { ...unit(now), afterCommit: (run) => { run(); } }) };
}

describe('the orders under way', () => {
  it('are those that were placed and have neither ended nor come to a person', async () => {
    const { orders, hears } = gateway();
    await hears(['A', 'B', 'C', 'D'].map((orderId) => about(orderId, 'OrderPlaced')));
    expect(orders.count(NOW)).toBe(4);
    await hears([about('A', 'OrderConfirmed'), about('B', 'RequestApproval'), about('C', 'SignContract')]);
    expect(orders.count(NOW)).toBe(1);
    await hears([about('B', 'HoldCredit', { approvalId: 'AP1' }), about('C', 'PlanDelivery')]);
    expect(orders.count(NOW)).toBe(3);
    await hears([about('C', 'CancelDelivery'), about('C', 'VoidContract')]);
    expect(orders.count(NOW)).toBe(3);
  });

  it('are none after a batch that brings an order from its beginning to its end', async () => {
    const { orders, hears } = gateway();
    await hears([about('A', 'OrderPlaced'), about('A', 'HoldCredit', { approvalId: null }), about('A', 'OrderRejected')]);
    expect(orders.count(NOW)).toBe(0);
    expect(orders.perSecond(NOW)).toBe(1);
  });

  it('are none when all that was said of orders that have ended is said once more', async () => {
    const { orders, hears } = gateway();
    const story = (['OrderPlaced', 'HoldCredit', 'LockStock', 'OrderConfirmed'] as const).map((type) => about('A', type, { approvalId: null }));
    for (const message of story) await hears([message]);
    for (const message of story) {
      await hears([message], NOW + minutes(1));
      expect(orders.count(NOW + minutes(1))).toBe(0);
    }
    expect(orders.perSecond(NOW + minutes(1))).toBe(0);
  });

  it('are counted once however often they are heard of, and not for ever', async () => {
    const { orders, hears } = gateway();
    await hears([about('A', 'OrderPlaced'), about('A', 'OrderPlaced'), about('B', 'OrderPlaced')]);
    await hears([about('A', 'LockStock')], NOW + minutes(9));
    expect(orders.count(NOW + minutes(10))).toBe(1);
    expect(orders.count(NOW + minutes(19))).toBe(0);
  });

  it('leave at a pace', async () => {
    const { orders, hears } = gateway();
    const ids = Array.from({ length: 100 }, (_, index) => `O${index}`);
    await hears(ids.map((orderId) => about(orderId, 'OrderPlaced')));
    for (const [index, orderId] of ids.entries()) await hears([about(orderId, 'OrderConfirmed')], NOW + seconds(1) + index * 100);
    expect(orders.perSecond(NOW + seconds(11))).toBeCloseTo(9.1, 0);
  });
});
