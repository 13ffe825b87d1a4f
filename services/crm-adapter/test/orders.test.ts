import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import type { OrderPlaced, OrderUnacceptable } from '@order-mesh/contracts';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { configFor, emptyMemory, openWorld, place, salesDesk, sample, startAdapter, until, type Adapter } from './scene.ts';

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

const [basket = { customerId: '', lines: [] }, other = basket] = sample.orders;
const customer = sample.customers.find(({ id }) => id === basket.customerId);
const placedIn = (from: Adapter): readonly OrderPlaced[] => from.told.flatMap((one) => (one.type === 'OrderPlaced' ? [one.value] : []));
const refusedIn = (from: Adapter): readonly OrderUnacceptable[] => from.told.flatMap((one) => (one.type === 'OrderUnacceptable' ? [one.value] : []));

async function placedOnce(): Promise<string> {
  const [id = ''] = await place(desk, [basket]);
  await until(() => placedIn(adapter).length === 1, 'the order is heard of');
  return id;
}

describe('an order activated in Salesforce', () => {
  it('enters the mesh under its Salesforce id, to the fen', async () => {
    const [id = ''] = await place(desk, [basket]);
    await until(() => adapter.told.length > 0, 'the order is heard of');
    const amount = basket.lines.reduce((sum, { quantity, unitPriceFen }) => sum + BigInt(quantity * unitPriceFen), 0n);
    const [order] = placedIn(adapter);
    expect(id).toHaveLength(18);
    expect(order).toMatchObject({
      orderId: id, source: 'salesforce', externalId: id, customerId: basket.customerId, customerName: customer?.name, region: customer?.region, amount,
      shipTo: { contact: customer?.contactName, phone: customer?.contactPhone, street: customer?.address },
      placedBy: expect.stringMatching(/^005\w{15}$/),
    });
    expect(order?.lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPriceFen: Number(unitPrice) }))).toEqual(basket.lines);
    expect(Math.abs((order?.placedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('enters once, drafts not at all, and 150 of them in good time', async () => {
    await desk.sobject('Order').create({ Status: 'Draft' });
    const ids = await place(desk, sample.orders.slice(0, 150));
    await until(() => adapter.told.length >= 150, '150 orders');
    expect(placedIn(adapter).map(({ orderId }) => orderId).sort()).toEqual([...ids].sort());
  });

  it.each([
    ['it has no lines', { customerId: basket.customerId, lines: [] }],
    ['its account has no customer code (AccountNumber)', { customerId: '', lines: basket.lines }],
    ['line 1: the quantity -1 is not above zero', { ...basket, lines: [{ sku: 'P0001', quantity: -1, unitPriceFen: 100 }] }],
    ['line 1: the quantity 1.5 is not whole', { ...basket, lines: [{ sku: 'P0001', quantity: 1.5, unitPriceFen: 100 }] }],
    ['line 1: the price 1.005 is finer than a fen or too large', { ...basket, lines: [{ sku: 'P0001', quantity: 1, unitPriceFen: 100.5 }] }],
  ])('is turned away when %s', async (reason, order) => {
    await place(desk, [order, basket]);
    await until(() => adapter.told.length === 2, 'both are answered');
    expect(refusedIn(adapter)[0]?.reasons).toContain(reason);
    expect(placedIn(adapter)).toHaveLength(1);
  });

  it('is turned away with 2,000 lines, and delays nobody', async () => {
    const lines = Array.from({ length: 2_000 }, () => ({ sku: 'P0001', quantity: 1, unitPriceFen: 100 }));
    await place(desk, [{ ...basket, lines }, basket]);
    await until(() => adapter.told.length === 2, 'both are answered');
    expect(refusedIn(adapter)[0]?.reasons).toEqual(['it has 2000 lines; at most 500 can be taken']);
  });

  it('is called off when it is cancelled there', async () => {
    const [id = ''] = await place(desk, [basket]);
    await until(() => adapter.told.length === 1, 'placed');
    await desk.sobject('Order').update({ Id: id, Status: 'Cancelled' });
    await until(() => adapter.told.length === 2, 'cancelled');
    expect(adapter.told[1]).toMatchObject({ type: 'CancelRequested', value: { orderId: id, requestedBy: 'salesforce' } });
  });
});

describe('whatever happens to the line', () => {
  it('misses nothing while sessions end, streams break and REST fails', async () => {
    world.faults.add([
      { match: 'gRPC Fetch', dropBeforeCommit: true, count: 2 }, { match: 'gRPC Fetch', dropAfterCommit: true, count: 2 }, { match: 'gRPC GetSchema', status: 503, count: 1 },
      { match: 'GET /services/data/v62.0/query', status: 503, count: 2 }, { match: 'GET /services/data/v62.0/query', dropBeforeCommit: true, count: 1 },
    ]);
    const first = await place(desk, sample.orders.slice(0, 5));
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    const second = await place(await salesDesk(world), sample.orders.slice(5, 10));
    await until(() => new Set(placedIn(adapter).map(({ orderId }) => orderId)).size === 10, 'all ten orders', 30_000);
    expect([...new Set(placedIn(adapter).map(({ orderId }) => orderId))].sort()).toEqual([...first, ...second].sort());
  }, 40_000);

  it('goes on where it was with a new token when its own ends in the middle of the stream', async () => {
    const [first = ''] = await place(desk, [basket]);
    await until(() => adapter.toldOf(first).length === 1, 'the first order');
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    const [second = ''] = await place(await salesDesk(world), [other]);
    await until(() => adapter.toldOf(second).length > 0, 'the order after the token ended');
    expect([adapter.lost.count, adapter.toldOf(first)]).toEqual([0, ['OrderPlaced']]);
  });

  it('goes on after a kill from the saved position: nothing is lost, and nothing older is told again', async () => {
    const memory = emptyMemory();
    const before = startAdapter(configFor(world), memory);
    await place(desk, [basket]);
    await until(() => before.told.length === 1, 'the first order');
    await before.kill();
    const [missed] = await place(desk, [other]);
    const after = startAdapter(configFor(world), memory);
    await until(() => after.told.length > 0, 'the missed order');
    await wait(200);
    expect(placedIn(after).map(({ orderId }) => orderId)).toEqual([missed]);
    await after.stop();
  });

  it.each([
    ['was never given out', async (memory: ReturnType<typeof emptyMemory>) => memory.positions.save({ kind: 'memory' }, { replayId: Buffer.alloc(10, 9), changedAt: Date.now() })],
    ['is older than what is kept', async () => void await fetch(`${world.url}/_sim/events`, { method: 'DELETE' })],
  ])('reads the orders over REST when the position %s, and does not go in circles', async (_what, spoil) => {
    const memory = emptyMemory();
    const before = startAdapter(configFor(world), memory);
    await place(desk, [basket]);
    await until(() => before.told.length === 1, 'the first order');
    await before.kill();
    const [missed = ''] = await place(desk, [other]);
    await spoil(memory);
    const after = startAdapter(configFor(world), memory);
    await until(() => after.toldOf(missed).length > 0, 'the missed order');
    const [fresh = ''] = await place(desk, [other]);
    await until(() => after.toldOf(fresh).length > 0, 'the next order');
    expect(after.lost.count).toBe(1);
    await after.stop();
  });

  it('reads the orders over REST when a message can not be read', async () => {
    await place(desk, [basket]);
    await until(() => adapter.told.length === 1, 'the first order');
    world.faults.add([{ match: 'gRPC Fetch', garbage: true }]);
    const [garbled = ''] = await place(desk, [other]);
    await until(() => adapter.toldOf(garbled).length > 0, 'the garbled order');
    world.faults.clear();
    const [fresh = ''] = await place(desk, [other]);
    await until(() => adapter.toldOf(fresh).length > 0, 'the next order');
  });

  it.each([
    ['GAP_CREATE', 'an order'], ['GAP_UPDATE', 'an order'], ['GAP_UNDELETE', 'an order'], ['GAP_OVERFLOW', 'more orders than it counts'],
  ])('reads again after a %s, with which Salesforce has lost sight of %s', async (kind) => {
    const [id = ''] = await place(desk, [basket]);
    await until(() => adapter.toldOf(id).length === 1, 'the order');
    const recordIds = kind === 'GAP_OVERFLOW' ? [] : [id];
    await fetch(`${world.url}/_sim/gaps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sobject: 'Order', kind, recordIds }) });
    await until(() => adapter.toldOf(id).length === 2, 'the order again');
    expect(adapter.told[1]).toEqual(adapter.told[0]);
  });

  it('goes on when Salesforce has delivered enough for now, and does not take that for a lost position', async () => {
    world.faults.add([{ match: 'gRPC Fetch', status: 429, count: 2 }]);
    const [id = ''] = await place(desk, [basket]);
    await until(() => adapter.toldOf(id).length > 0, 'the order');
    expect([adapter.lost.count, world.faults.list()[0]?.fired]).toEqual([0, 2]);
  });

  it('asks for no more than a hundred events it has not taken in', async () => {
    await adapter.stop();
    world.faults.add([{ match: 'GET /services/data/v62.0/query', delayMs: 50 }]);
    const ids = await place(desk, sample.orders.slice(0, 120));
    for (const id of ids) await desk.sobject('Order').update({ Id: id, ShippingCity: `city ${id}` });
    adapter = startAdapter(configFor(world));
    await until(() => placedIn(adapter).length >= 120, 'all orders');
    const [last = ''] = await place(desk, [basket]);
    await until(() => adapter.toldOf(last).length > 0, 'the last order');
  }, 40_000);
});

describe('an order that is changed in Salesforce', () => {
  it('is told again when its address is changed', async () => {
    const id = await placedOnce();
    await desk.sobject('Order').update({ Id: id, ShippingStreet: '人民路 2 号', ShippingCity: '苏州' });
    await until(() => placedIn(adapter).length === 2, 'the amendment is heard of');
    expect(placedIn(adapter)[1]).toMatchObject({ orderId: id, shipTo: { street: '人民路 2 号', city: '苏州' }, lines: placedIn(adapter)[0]?.lines, placedAt: placedIn(adapter)[0]?.placedAt });
  });

  it('is told again, with its new lines, when it is activated anew', async () => {
    const id = await placedOnce();
    await desk.sobject('Order').update({ Id: id, Status: 'Draft' });
    const { records: [line] } = await desk.query<{ readonly Id: string }>(`SELECT Id FROM OrderItem WHERE OrderId = '${id}' ORDER BY OrderItemNumber LIMIT 1`);
    await desk.sobject('OrderItem').update({ Id: line?.Id ?? '', Quantity: 77 });
    await desk.sobject('Order').update({ Id: id, Status: 'Activated' });
    await until(() => placedIn(adapter).length === 2, 'the amendment is heard of');
    expect(placedIn(adapter)[1]?.lines[0]?.quantity).toBe(77);
  });

  it('means nothing while only its description is changed', async () => {
    const id = await placedOnce();
    await desk.sobject('Order').update({ Id: id, Description: 'call before delivery' });
    const [other = ''] = await place(desk, [basket]);
    await until(() => placedIn(adapter).length === 2, 'the next order is heard of');
    expect(placedIn(adapter).map(({ orderId }) => orderId)).toEqual([id, other]);
  });
});
