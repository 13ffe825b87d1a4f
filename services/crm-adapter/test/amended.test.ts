import type { Connection } from 'jsforce';
import type { OrderPlaced } from '@order-mesh/contracts';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { configFor, openWorld, place, salesDesk, sample, startAdapter, until, type Adapter } from './scene.ts';

let world: Salesforce;
let desk: Connection;
let adapter: Adapter;

beforeEach(async () => {
  world = await openWorld();
  desk = await salesDesk(world);
  adapter = startAdapter(configFor(world));
});
afterEach(async () => {
  await adapter.stop();
  await world.close();
});

const [basket = { customerId: '', lines: [] }] = sample.orders;
const placed = (): readonly OrderPlaced[] => adapter.told.flatMap((one) => (one.type === 'OrderPlaced' ? [one.value] : []));

async function placedOnce(): Promise<string> {
  const [id = ''] = await place(desk, [basket]);
  await until(() => placed().length === 1, 'the order is heard of');
  return id;
}

describe('an order that is changed in Salesforce', () => {
  it('is told again when its address is changed', async () => {
    const id = await placedOnce();
    await desk.sobject('Order').update({ Id: id, ShippingStreet: '人民路 2 号', ShippingCity: '苏州' });
    await until(() => placed().length === 2, 'the amendment is heard of');
    expect(placed()[1]).toMatchObject({ orderId: id, shipTo: { street: '人民路 2 号', city: '苏州' }, lines: placed()[0]?.lines, placedAt: placed()[0]?.placedAt });
  });

  it('is told again, with its new lines, when it is activated anew', async () => {
    const id = await placedOnce();
    await desk.sobject('Order').update({ Id: id, Status: 'Draft' });
    const { records: [line] } = await desk.query<{ readonly Id: string }>(`SELECT Id FROM OrderItem WHERE OrderId = '${id}' ORDER BY OrderItemNumber LIMIT 1`);
    await desk.sobject('OrderItem').update({ Id: line?.Id ?? '', Quantity: 77 });
    await desk.sobject('Order').update({ Id: id, Status: 'Activated' });
    await until(() => placed().length === 2, 'the amendment is heard of');
    expect(placed()[1]?.lines[0]?.quantity).toBe(77);
  });

  it('means nothing while only its description is changed', async () => {
    const id = await placedOnce();
    await desk.sobject('Order').update({ Id: id, Description: 'call before delivery' });
    const [other = ''] = await place(desk, [basket]);
    await until(() => placed().length === 2, 'the next order is heard of');
    expect(placed().map(({ orderId }) => orderId)).toEqual([id, other]);
  });
});
