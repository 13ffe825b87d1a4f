import { sealedIn } from '@order-mesh/contracts';
import { memoryContacts } from '../outbound/memory-contacts.ts';
import { desk, placed } from '../../test/scene.ts';
import { eraseContacts, type ErasureOf } from './erase-contacts.ts';
import { placeOrders } from './place-orders.ts';

/** A gateway that seals, with two orders of one customer for different persons. */
async function shop(open: readonly string[] = []) {
  const { ports, sent, unit } = desk();
  const contacts = memoryContacts({ seals: true });
  const [mine, other] = [placed({ orderId: 'O1' }), placed({ orderId: 'O2', shipTo: { ...placed().shipTo, contact: '李雷' } })];
  const keys = new Map<string, readonly string[]>();
  await placeOrders({ ...ports, contacts })([mine, other].map(({ placedAt: _, ...order }) => ({ key: order.orderId, order, trace: {} })), unit(1));
  for (const { message } of sent) if (message.type === 'OrderPlaced') keys.set(message.value.orderId, [sealedIn(message.value.shipTo.street)?.key ?? '']);
  const contactViews = {
    keysOf: async (_: unknown, orderId: string) => (keys.has(orderId) ? { customerId: 'C1', keys: keys.get(orderId) ?? [] } : null),
    openOrders: async () => open,
  };
  const erase = eraseContacts({ contacts, contactViews, log: ports.log });
  const erased = (of: ErasureOf) => erase({ erasureId: 'e', of, reason: 'asked for', requestedBy: '李娜', trace: {} }, unit(2));
  return { erased, sent: () => sent.map(({ message }) => message).filter(({ type }) => type !== 'OrderPlaced'), keys, orders: () => sent.flatMap(({ message }) => (message.type === 'OrderPlaced' ? [message.value] : [])) };
}

describe('having contacts forgotten', () => {
  it('never sends a contact in the open', async () => {
    const { orders } = await shop();
    expect(JSON.stringify(orders(), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(/周敏|13812345678|南京东路/);
  });

  it('destroys the key of the one person, tells it once, and says the second time that it is done', async () => {
    const { erased, sent, keys } = await shop();
    expect(await erased({ orderId: 'O1' })).toEqual({ type: 'erased', customerId: 'C1', contacts: 1 });
    expect(await erased({ orderId: 'O1' })).toEqual({ type: 'done-before', customerId: 'C1', contacts: 1 });
    expect(sent()).toEqual([{ type: 'ContactsErased', value: { erasureId: 'e', orderId: 'O1', customerId: 'C1', keys: keys.get('O1'), reason: 'asked for', requestedBy: '李娜', at: 2 } }]);
    expect(await erased({ customerId: 'C1' })).toEqual({ type: 'erased', customerId: 'C1', contacts: 1 });
  });

  it('is refused while orders under way need the address, for an order that nobody knows, and where nothing was sealed', async () => {
    const { erased, sent } = await shop(['O1']);
    expect(await erased({ orderId: 'O1' })).toEqual({ type: 'needed', orders: ['O1'] });
    expect(await erased({ orderId: 'O9' })).toEqual({ type: 'unknown' });
    const none = await shop();
    expect(await none.erased({ customerId: 'C9' })).toEqual({ type: 'not-sealed', customerId: 'C9' });
    expect([...sent(), ...none.sent()]).toEqual([]);
  });
});
