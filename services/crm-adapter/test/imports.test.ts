import { jest } from '@jest/globals';
import type { Connection } from 'jsforce';
import type { MessageOf } from '@order-mesh/contracts';
import type { Salesforce } from '@order-mesh/salesforce-simulator';
import { configFor, emptyMemory, openWorld, place, salesDesk, sample, startAdapter, until, type Adapter, type Memory } from './scene.ts';

jest.setTimeout(60_000);

const RESULTS = 'GET /services/data/v62.0/jobs/query';
const READS = 'GET /services/data/v62.0/query';

let world: Salesforce;
let desk: Connection;
let adapter: Adapter | undefined;
let memory: Memory;

beforeEach(async () => {
  world = await openWorld({ bulkPaceMs: 10 });
  desk = await salesDesk(world);
  memory = emptyMemory();
});
afterEach(async () => {
  await adapter?.stop();
  await world.close();
});

const [basket = { customerId: '', lines: [] }] = sample.orders;
const small = sample.orders.filter(({ lines }) => lines.length <= 6);
const baskets = (count: number) => Array.from({ length: count }, (_, index) => small[index % small.length] ?? basket);
const wish = (change: Partial<MessageOf<'StartImport'>['value']> = {}): MessageOf<'StartImport'> =>
  ({ type: 'StartImport', value: { importId: 'I1', system: 'salesforce', since: null, status: 'Activated', dryRun: false, requestedBy: 'Li Na', requestedAt: Date.now(), ...change } });
const asked = { importId: 'I1', requestedBy: 'Li Na', requestedAt: 0 };
const placedIn = ({ told }: Adapter) => told.flatMap((one) => (one.type === 'OrderPlaced' ? [one.value.orderId] : []));
/** Without the change feed, so that only the import can have told of an order. */
const importer = () => { adapter = startAdapter(configFor(world), memory, { follows: false }); return adapter; };
/** The lists that Salesforce makes or has made and that nobody removed. */
async function lists(): Promise<readonly { readonly state: string }[]> {
  const answer = await fetch(`${world.url}/services/data/v62.0/jobs/query`, { headers: { authorization: `Bearer ${desk.accessToken ?? ''}` } });
  const { records } = await answer.json() as { readonly records: readonly { readonly state: string }[] };
  return records;
}
const ended = (from: Adapter, state = 'completed') => until(() => from.last()?.state === state, `the import ${state}`, 30_000);

describe('a first load', () => {
  it('takes on all activated orders, oldest first, and counts them', async () => {
    const ids: string[] = [];
    for (const part of [baskets(200), baskets(200), baskets(50)]) ids.push(...await place(desk, part));
    await desk.sobject('Order').create({ Status: 'Draft' });
    const crm = importer();
    await crm.command(wish());
    await ended(crm);
    expect(crm.last()).toMatchObject({ state: 'completed', total: 450, seen: 450, placed: 450, known: 0, unacceptable: 0, passedOver: 0, detail: '' });
    expect(placedIn(crm)).toEqual(ids);
    expect(crm.progress().map(({ revision }) => revision)).toEqual(crm.progress().map((_, index) => index + 1));
    expect(await lists()).toEqual([]);
  });

  it('tells of an order just what the change feed would tell', async () => {
    await place(desk, baskets(3));
    const crm = importer();
    await crm.command(wish());
    await ended(crm);
    const feed = startAdapter(configFor(world));
    await until(() => feed.told.length === 3, 'the same by the feed');
    expect(crm.told).toEqual(feed.told);
    await feed.stop();
  });

  it('turns away what nobody can fulfil, with reasons that are counted', async () => {
    const bad = { ...basket, lines: [{ sku: 'P0001', quantity: 1.5, unitPriceFen: 100 }] };
    await place(desk, [{ ...basket, lines: [] }, bad, { ...bad, lines: [...basket.lines.slice(0, 1), ...bad.lines] }, basket]);
    const crm = importer();
    await crm.command(wish());
    await ended(crm);
    expect(crm.last()).toMatchObject({ placed: 1, unacceptable: 3, reasons: [{ reason: 'line N: the quantity N is not whole', count: 2 }, { reason: 'it has no lines', count: 1 }] });
    expect(crm.told.filter(({ type }) => type === 'OrderUnacceptable')).toHaveLength(3);
  });

  it('takes only what was activated since, and stands as asked', async () => {
    await place(desk, baskets(2));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = Date.now();
    const later = await place(desk, baskets(1));
    const crm = importer();
    await crm.command(wish({ since }));
    await ended(crm);
    expect(placedIn(crm)).toEqual(later);
    await crm.command(wish({ importId: 'I2', status: "O'Brien's" }));
    await until(() => crm.last()?.importId === 'I2' && crm.last()?.state === 'completed', 'nothing found');
    expect(crm.last()).toMatchObject({ total: 0, seen: 0 });
  });

  it('places an order once, whether the change feed or an import hears of it first', async () => {
    const first = await place(desk, baskets(2));
    adapter = startAdapter(configFor(world), memory);
    await until(() => placedIn(adapter as Adapter).length === 2, 'the feed has told');
    await adapter.command(wish());
    await ended(adapter);
    expect(adapter.last()).toMatchObject({ placed: 0, known: 2 });
    await adapter.command(wish({ importId: 'I2' }));
    await until(() => adapter?.last()?.importId === 'I2' && adapter.last()?.state === 'completed', 'a second import');
    expect([adapter.last()?.known, placedIn(adapter)]).toEqual([2, first]);
  });

  it('only looks when it is told so', async () => {
    await place(desk, [...baskets(2), { ...basket, lines: [] }]);
    const crm = importer();
    await crm.command(wish({ dryRun: true }));
    await ended(crm);
    expect([crm.last(), crm.told]).toMatchObject([{ dryRun: true, placed: 2, unacceptable: 1 }, []]);
    await crm.command(wish({ importId: 'I2' }));
    await until(() => crm.told.length === 3, 'all are taken on afterwards');
  });
});

describe('what happens meanwhile', () => {
  it('counts: an order is taken as it stands when its turn comes, and one that was called off never', async () => {
    const [amended = '', cancelled = '', gone = '', plain = ''] = await place(desk, baskets(4));
    const crm = importer();
    world.faults.add([{ match: `${RESULTS}/`, status: 503, count: 6 }]);
    await crm.command(wish());
    await until(() => crm.last()?.detail.includes('503') ?? false, 'it waits for the list');
    await until(async () => (await lists()).some(({ state }) => state === 'JobComplete'), 'the list is made');
    await desk.sobject('Order').update({ Id: amended, ShippingStreet: '南京东路 1 号', ShippingCity: '上海' });
    await desk.sobject('Order').update({ Id: cancelled, Status: 'Cancelled' });
    await desk.sobject('Order').destroy(gone);
    world.faults.clear();
    await ended(crm);
    expect(crm.last()).toMatchObject({ total: 4, placed: 2, passedOver: 2 });
    expect(placedIn(crm)).toEqual([amended, plain]);
    expect(crm.told[0]).toMatchObject({ value: { shipTo: { street: '南京东路 1 号', city: '上海' } } });
  });

  it('does not place an order that the feed heard was called off between reading and telling', async () => {
    const [id = ''] = await place(desk, baskets(1));
    const crm = importer();
    world.faults.add([{ match: READS, delayMs: 300 }]);
    await crm.command(wish());
    await until(() => (world.faults.list()[0]?.fired ?? 0) > 0, 'the order is being read');
    await memory.told.note({ kind: 'memory' }, [id]);
    await ended(crm);
    expect([crm.last()?.known, crm.told]).toEqual([1, []]);
  });

  it('is missed from the moment the list was asked for, should the feed never have been heard before', async () => {
    const crm = importer();
    const before = Date.now();
    await crm.command(wish());
    await ended(crm);
    expect((await memory.positions.load()).changedAt).toBeGreaterThanOrEqual(before);
  });

  it('hears of orders that are placed and called off while it runs', async () => {
    const before = await place(desk, baskets(250));
    adapter = startAdapter(configFor(world), { ...memory, positions: emptyMemory().positions });
    await fetch(`${world.url}/_sim/events`, { method: 'DELETE' });
    world.faults.add([{ match: READS, delayMs: 150 }]);
    await adapter.command(wish());
    await until(() => (adapter?.last()?.total ?? 0) > 0, 'the list is made', 20_000);
    const [during = ''] = await place(desk, baskets(1));
    const [called = ''] = before.slice(-1);
    await desk.sobject('Order').update({ Id: called, Status: 'Cancelled' });
    await ended(adapter);
    await until(() => adapter?.toldOf(during).includes('OrderPlaced') ?? false, 'the new order');
    await until(() => adapter?.toldOf(called).includes('CancelRequested') ?? false, 'the cancellation');
    expect(new Set(placedIn(adapter)).size).toBe(placedIn(adapter).length);
    expect(adapter.toldOf(called).at(-1)).toBe('CancelRequested');
  });
});

describe('a first load that is interrupted', () => {
  it('stops when told so, keeps its place, and goes on from there', async () => {
    for (let part = 0; part < 3; part += 1) await place(desk, baskets(200));
    const crm = importer();
    world.faults.add([{ match: READS, delayMs: 100 }]);
    await crm.command(wish());
    await until(() => (crm.last()?.placed ?? 0) >= 200, 'the first stretch');
    await crm.command({ type: 'StopImport', value: asked });
    await ended(crm, 'stopped');
    const { placed = 0 } = crm.last() ?? {};
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([placedIn(crm).length, placed < 600]).toEqual([placed, true]);
    await crm.command({ type: 'ResumeImport', value: asked });
    await ended(crm);
    expect([crm.last()?.placed, new Set(placedIn(crm)).size, placedIn(crm).length]).toEqual([600, 600, 600]);
  });

  it('goes on after a kill with the same list, and neither loses nor repeats an order', async () => {
    for (let part = 0; part < 3; part += 1) await place(desk, baskets(200));
    const before = startAdapter(configFor(world), memory, { follows: false });
    world.faults.add([{ match: READS, delayMs: 50 }]);
    await before.command(wish());
    await until(() => (before.last()?.placed ?? 0) >= 200, 'the first stretch');
    await before.kill();
    await place(desk, baskets(1));
    const after = importer();
    await ended(after);
    expect(after.last()).toMatchObject({ total: 600, placed: 600, known: 0 });
    expect(new Set([...placedIn(before), ...placedIn(after)]).size).toBe(600);
    expect(placedIn(before).length + placedIn(after).length).toBe(600);
  });

  it('waits while Salesforce is away, its session is over or its answers are cut short', async () => {
    await place(desk, baskets(5));
    world.faults.add([
      { match: 'POST /services/data/v62.0/jobs/query', status: 503, count: 1 }, { match: RESULTS, dropBeforeCommit: true, count: 1 }, { match: '/results', garbage: true, count: 1 },
      { match: '/results', dropAfterCommit: true, count: 1 }, { match: READS, status: 500, count: 2 },
    ]);
    const crm = importer();
    await crm.command(wish());
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    await ended(crm);
    expect([crm.last()?.placed, world.faults.list().every(({ fired, count }) => fired === count)]).toEqual([5, true]);
  });

  it.each([
    ['Salesforce fails to make the list', { match: 'bulk-query', status: 500 }, 'InternalServerError : asked to fail'],
    ['Salesforce refuses to make one', { match: 'POST /services/data/v62.0/jobs/query', status: 400, body: [{ errorCode: 'INVALID_FIELD', message: "No such column 'Status'" }] }, "INVALID_FIELD: No such column 'Status'"],
    ['its complaint is no list', { match: 'POST /services/data/v62.0/jobs/query', status: 400, body: { error: 'unsupported' } }, 'makes no list of orders: status 400, {"error":"unsupported"}'],
    ['the list is gone after seven days', { match: '/results', status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'gone' }] }, 'Start a new import'],
  ])('ends and says why when %s', async (_what, fault, words) => {
    await place(desk, baskets(1));
    world.faults.add([fault]);
    const crm = importer();
    await crm.command(wish());
    await ended(crm, 'failed');
    expect(crm.last()?.detail).toContain(words);
  });

  it('waits until the mesh has room, and says so', async () => {
    await place(desk, baskets(3));
    const crm = importer();
    const full = { isFull: true };
    crm.congestion.watch(() => (full.isFull ? { reason: '10000 orders are under way', freeIn: 1_000, perSecond: 1 } : null));
    await crm.command(wish());
    await until(() => crm.last()?.detail.includes('10000 orders are under way') ?? false, 'it waits');
    expect(crm.told).toEqual([]);
    full.isFull = false;
    await ended(crm);
    expect(crm.last()?.placed).toBe(3);
  });

  it('takes no more orders a second than it may', async () => {
    for (let part = 0; part < 2; part += 1) await place(desk, baskets(200));
    adapter = startAdapter(configFor(world), memory, { follows: false, perSecond: 400 });
    await adapter.command(wish());
    await until(() => adapter?.last()?.placed === 200, 'the first stretch');
    const startedAt = performance.now();
    await until(() => adapter?.last()?.placed === 400, 'the second');
    expect(performance.now() - startedAt).toBeGreaterThan(300);
  });

  it('is one at a time, and is told twice what it was told once', async () => {
    await place(desk, baskets(2));
    world.faults.add([{ match: RESULTS, status: 503 }]);
    const crm = importer();
    await crm.command(wish(), wish(), wish({ importId: 'I2' }));
    expect(crm.progress().find(({ importId }) => importId === 'I2')).toMatchObject({ state: 'failed', detail: 'import I1 is still running: stop it first, or wait for its end' });
    world.faults.clear();
    await until(() => crm.progress().some(({ importId, state }) => importId === 'I1' && state === 'completed'), 'the first', 30_000);
    await crm.command({ type: 'StopImport', value: asked }, { type: 'ResumeImport', value: asked });
    expect(crm.last()?.state).toBe('completed');
  });
});
