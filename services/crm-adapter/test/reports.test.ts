import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from 'jsforce';
import type { MessageOf } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { configFor, openWorld, place, salesDesk, sample, startAdapter, until, type Adapter } from './scene.ts';

let world: Salesforce;
let desk: Connection;
let adapter: Adapter;
let ids: readonly string[];

beforeEach(async () => {
  world = await openWorld();
  desk = await salesDesk(world);
  adapter = startAdapter(configFor(world));
  ids = await place(desk, sample.orders.slice(0, 3));
  await until(() => adapter.told.length === 3, 'three orders');
});
afterEach(async () => {
  await adapter.stop();
  await world.close();
});

interface Shown { readonly Id: string; readonly Mesh_Status__c: string | null; readonly Mesh_Reason__c: string | null; readonly Mesh_Sale_Order_Code__c: string | null; readonly Mesh_Confirmed_At__c: string | null }

async function shown(): Promise<readonly Shown[]> {
  const { records } = await desk.query<Shown>('SELECT Id, Mesh_Status__c, Mesh_Reason__c, Mesh_Sale_Order_Code__c, Mesh_Confirmed_At__c FROM Order ORDER BY OrderNumber');
  return records.map(({ Id, Mesh_Status__c, Mesh_Reason__c, Mesh_Sale_Order_Code__c, Mesh_Confirmed_At__c }) => ({ Id, Mesh_Status__c, Mesh_Reason__c, Mesh_Sale_Order_Code__c, Mesh_Confirmed_At__c }));
}
const statuses = async () => (await shown()).map(({ Mesh_Status__c: status }) => status);
const where = (orderId: string) => ({ orderId, source: 'salesforce', externalId: orderId });
const confirmed = (orderId: string): MessageOf<'OrderConfirmed'> => ({ type: 'OrderConfirmed', value: {
  ...where(orderId), customerId: 'C1', customerName: 'c', region: 'r', amount: fen(1), bookedAmount: fen(1), contractId: 'HT-1', waybill: 'SF1',
  saleOrderCode: 'XSDD1', receivableCode: 'YSD1', placedAt: 0, confirmedAt: Date.UTC(2026, 2, 1), discount: fen(0),
} });
const rejected = (orderId: string): MessageOf<'OrderRejected'> => ({ type: 'OrderRejected', value: { ...where(orderId), step: 'credit', reason: 'over-limit', detail: 'limit 100.00', at: 0 } });
const tooLate = (orderId: string): MessageOf<'CancelRefused'> => ({ type: 'CancelRefused', value: { orderId, reason: 'already-confirmed', detail: 'the order is confirmed', at: 0 } });

const lever = (path: string, body: object) => fetch(`${world.url}/_sim/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('telling Salesforce how its orders went', () => {
  it('writes all of a batch in one call', async () => {
    const [one = '', two = ''] = ids;
    await adapter.report(confirmed(one), rejected(two));
    await until(async () => (await statuses()).filter(Boolean).length === 2, 'both are written');
    expect((await shown()).slice(0, 2)).toEqual([
      { Id: one, Mesh_Status__c: 'Confirmed', Mesh_Reason__c: null, Mesh_Sale_Order_Code__c: 'XSDD1', Mesh_Confirmed_At__c: '2026-03-01T00:00:00.000+0000' },
      { Id: two, Mesh_Status__c: 'Rejected', Mesh_Reason__c: 'credit: limit 100.00', Mesh_Sale_Order_Code__c: null, Mesh_Confirmed_At__c: null },
    ]);
  });

  it('writes 450 orders in calls of at most 200', async () => {
    const many = [...ids, ...await place(desk, sample.orders.slice(3, 150)), ...await place(desk, sample.orders.slice(150, 300)), ...await place(desk, sample.orders.slice(0, 150))];
    world.faults.add([{ match: 'PATCH /services/data/v62.0/composite/sobjects/Order/Mesh_Order_Id__c', delayMs: 1 }]);
    await adapter.report(...many.map(confirmed));
    await until(async () => (await statuses()).filter((status) => status === 'Confirmed').length === many.length, 'all are written', 30_000);
    expect([many.length, world.faults.list()[0]?.fired]).toEqual([450, 3]);
  }, 40_000);

  it('joins what one batch says twice of the same order', async () => {
    const [one = ''] = ids;
    await adapter.report(confirmed(one), tooLate(one));
    await until(async () => (await statuses())[0] === 'Confirmed', 'it is written');
    expect((await shown())[0]?.Mesh_Reason__c).toBe('not cancelled: the order is confirmed');
  });

  it('writes again when the answer was lost, the session ended or Salesforce was busy', async () => {
    const [one = ''] = ids;
    world.faults.add([{ match: 'PATCH', dropAfterCommit: true, count: 1 }, { match: 'PATCH', status: 503, count: 1 }, { match: 'PATCH', dropBeforeCommit: true, count: 1 }]);
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    await adapter.report(confirmed(one));
    desk = await salesDesk(world);
    await until(async () => (await statuses())[0] === 'Confirmed', 'it is written');
    await until(() => world.faults.list().every(({ fired }) => fired === 1), 'all faults happened');
  });

  it('writes what came last, although the call before it arrives after it', async () => {
    const [one = ''] = ids;
    world.faults.add([{ match: 'PATCH', delayMs: 600, count: 1 }]);
    await adapter.report(confirmed(one));
    await until(() => world.faults.list()[0]?.fired === 1, 'the first call is under way');
    await adapter.report(tooLate(one));
    await until(async () => (await shown())[0]?.Mesh_Reason__c !== null, 'the second is written');
    await wait(1_200);
    expect((await shown())[0]).toMatchObject({ Mesh_Status__c: 'Confirmed', Mesh_Reason__c: 'not cancelled: the order is confirmed' });
  });

  it('writes what came last, although the call before it failed and is repeated after it', async () => {
    const [one = ''] = ids;
    world.faults.add([{ match: 'PATCH', dropBeforeCommit: true, count: 1 }, { match: 'PATCH', delayMs: 1 }]);
    await adapter.report(confirmed(one));
    await adapter.report(tooLate(one));
    await until(() => Number(world.faults.list()[1]?.fired) >= 2, 'both have been written');
    expect((await shown())[0]).toMatchObject({ Mesh_Status__c: 'Confirmed', Mesh_Reason__c: 'not cancelled: the order is confirmed' });
  });

  it('writes the others at once when one order is being written by somebody else, and that one later', async () => {
    const [one = '', two = ''] = ids;
    await lever('locks', { recordIds: [one], times: 2 });
    await adapter.report(confirmed(one), confirmed(two));
    await until(async () => (await statuses())[1] === 'Confirmed', 'the other is written');
    await until(async () => (await statuses())[0] === 'Confirmed', 'the held one is written');
  });

  it('waits while Salesforce answers no more calls today', async () => {
    const [one = ''] = ids;
    await lever('limits', { dailyApiRequests: 0 });
    await adapter.report(confirmed(one));
    await wait(200);
    await lever('limits', { dailyApiRequests: 1_000_000 });
    await until(async () => (await statuses())[0] === 'Confirmed', 'it is written');
  });

  it('does not hear itself', async () => {
    await adapter.report(...ids.map(confirmed));
    await until(async () => (await statuses()).every((status) => status === 'Confirmed'), 'all are written');
    await wait(200);
    expect(adapter.told).toHaveLength(3);
  });

  it('lets an order that no longer exists hold nobody up', async () => {
    const [one = ''] = ids;
    await adapter.report(confirmed('801000000009999AAA'), confirmed(one));
    await until(async () => (await statuses())[0] === 'Confirmed', 'the other is written');
  });
});

describe('an organisation that does not link its orders', () => {
  it('has them linked with the first report, and written by one call each time after', async () => {
    const loose = await openWorld({ linksOrders: false });
    const sales = await salesDesk(loose);
    const own = startAdapter(configFor(loose));
    const placed = await place(sales, sample.orders.slice(0, 3));
    await until(() => own.told.length === 3, 'three orders, told of by one event');
    const read = async () => (await sales.query<{ readonly Mesh_Order_Id__c: string | null; readonly Mesh_Reason__c: string | null }>('SELECT Mesh_Order_Id__c, Mesh_Reason__c FROM Order ORDER BY OrderNumber')).records;
    expect((await read()).map(({ Mesh_Order_Id__c: id }) => id)).toEqual([null, null, null]);
    loose.faults.add([{ match: 'PATCH', delayMs: 1 }]);
    await own.report(...placed.map(rejected));
    await until(async () => (await read()).every(({ Mesh_Reason__c: reason }) => reason === 'credit: limit 100.00'), 'all are written');
    expect([(await read()).map(({ Mesh_Order_Id__c: id }) => id), loose.faults.list()[0]?.fired]).toEqual([placed, 2]);
    await own.report(...placed.map(tooLate));
    await until(async () => (await read()).every(({ Mesh_Reason__c: reason }) => reason?.startsWith('not cancelled')), 'all are written again');
    expect(loose.faults.list()[0]?.fired).toBe(3);
    expect((await sales.query('SELECT Id FROM Order')).totalSize).toBe(3);
    await own.stop();
    await loose.close();
  });
});
