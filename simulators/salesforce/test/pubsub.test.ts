import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'jsforce';
import PubSubApiClient from 'salesforce-pubsub-api-client';
import { MESH_APP, SALES_APP, type Salesforce } from '../src/index.ts';
import { openBus, until, type Bus, type Received } from './bus.ts';
import { openWorld, placeOrder, placeOrders, sampleOrder, signIn } from './world.ts';

const ORDERS = '/data/OrderChangeEvent';

interface Heard {
  readonly replayId: number;
  readonly payload: { readonly Status: string | null; readonly ChangeEventHeader: Readonly<Record<'recordIds' | 'changedFields' | 'nulledFields', readonly string[]> & Record<'changeType' | 'changeOrigin' | 'entityName', string>> };
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function officialClient(world: Salesforce) {
  const client = new PubSubApiClient({
    authType: 'oauth-client-credentials', loginUrl: world.url, clientId: MESH_APP.clientId, clientSecret: MESH_APP.clientSecret ?? '',
    pubSubEndpoint: world.pubsubEndpoint, rejectUnauthorizedSsl: false,
  }, quiet);
  await client.connect();
  const heard: Heard[] = [];
  const listen = (_info: unknown, kind: string, event?: unknown) => {
    if (kind === 'event') heard.push(event as Heard);
  };
  return { client, heard, listen };
}

describe('change events as the official client hears them', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'salesforce-'));
  // Its close() throws while a subscription lives: the organisation goes first
  const clients: PubSubApiClient[] = [];
  let world: Salesforce;
  let sales: Connection;

  const listenTo = async (from: Salesforce) => {
    const listener = await officialClient(from);
    clients.push(listener.client);
    return listener;
  };

  beforeAll(async () => {
    world = await openWorld({ stateDir });
    sales = await signIn(world);
  });
  afterAll(async () => {
    await world.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const client of clients) client.close();
    rmSync(stateDir, { recursive: true });
  });

  it('tells of a new order and of what changed in it, and by whom', async () => {
    const { client, heard, listen } = await listenTo(world);
    client.subscribeFromEarliestEvent(ORDERS, listen, 100);
    const id = await placeOrder(sales, sampleOrder(0));
    await until('creation and activation heard', () => heard.length === 2);
    expect(heard.map(({ payload }) => payload.ChangeEventHeader)).toMatchObject([
      { entityName: 'Order', changeType: 'CREATE', recordIds: [id], changeOrigin: `com/salesforce/api/rest/62.0;client=${SALES_APP.clientId}`, changedFields: [] },
      { changeType: 'UPDATE', recordIds: [id], changedFields: ['Status', 'ActivatedDate', 'Mesh_Order_Id__c', 'LastModifiedDate'] },
    ]);
    expect(heard.map(({ payload }) => payload.Status)).toEqual(['Draft', 'Activated']);

    await sales.sobject('Order').update({ Id: id, ShippingState: '上海', PoNumber: null });
    await until('the address heard', () => heard.length === 3);
    expect(heard[2]?.payload.ChangeEventHeader).toMatchObject({ nulledFields: ['PoNumber'], changedFields: ['PoNumber', 'LastModifiedDate', 'ShippingAddress.State'] });
  });

  it('goes on after the last replay id when both sides have been restarted, on the same ports', async () => {
    const before = await listenTo(world);
    before.client.subscribeFromEarliestEvent(ORDERS, before.listen, 100);
    await until('the past heard', () => before.heard.length === 3);
    const last = before.heard[2]?.replayId ?? 0;
    const missed = await placeOrder(sales, sampleOrder(1));
    const { certificate } = world;
    await world.close();
    world = await openWorld({ stateDir, restPort: world.port, pubsubPort: world.pubsubPort });
    expect(world.certificate).toBe(certificate);

    const after = await listenTo(world);
    after.client.subscribeFromReplayId(ORDERS, after.listen, 100, last);
    await until('what was missed heard', () => after.heard.length === 2);
    expect(after.heard.map(({ payload }) => [payload.ChangeEventHeader.changeType, payload.ChangeEventHeader.recordIds])).toEqual([['CREATE', [missed]], ['UPDATE', [missed]]]);
    sales = await signIn(world);
    expect((await sales.query('SELECT Id FROM Order')).totalSize).toBe(2);
  });
});

describe('the Pub/Sub API to the letter', () => {
  let world: Salesforce;
  let sales: Connection;
  let bus: Bus;

  beforeEach(async () => {
    world = await openWorld({ keepAliveMs: 50, linksOrders: false });
    sales = await signIn(world);
    bus = openBus(world, sales);
  });
  afterEach(async () => {
    bus.close();
    await world.close();
  });

  const draft = async () => (await sales.sobject('Order').create({ Status: 'Draft' })).id ?? '';
  const header = async ({ event }: Received) => (await bus.schema(event.schemaId)).fromBuffer(event.payload).ChangeEventHeader;
  const errorCode = (error: { metadata: { get(key: string): readonly unknown[] } }) => error.metadata.get('error-code')[0];

  it('sends no more events than were asked for', async () => {
    const subscription = bus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 2 });
    for (let count = 0; count < 5; count += 1) await draft();
    await until('two events', () => subscription.events().length === 2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(subscription.events()).toHaveLength(2);
    const keepalive = subscription.fetched.at(-1);
    expect([keepalive?.events, keepalive?.latestReplayId]).toEqual([[], subscription.events()[1]?.replayId]);
    subscription.fetch({ numRequested: 100 });
    await until('the rest', () => subscription.events().length === 5);
    subscription.cancel();
  });

  it('tells of one change made alike to many orders as one event with all their ids', async () => {
    const subscription = bus.subscribe({ topicName: ORDERS, replayPreset: 'LATEST', numRequested: 100 });
    await until('a keepalive', () => subscription.fetched.length > 0);
    const ids = await placeOrders(sales, [sampleOrder(0), sampleOrder(1), sampleOrder(2)]);
    await until('three creations and one activation', () => subscription.events().length === 4);
    const [, , , activation] = subscription.events();
    expect(activation && await header(activation)).toMatchObject({ changeType: 'UPDATE', recordIds: ids, sequenceNumber: 1 });
    subscription.cancel();
  });

  it('says nothing about an update that changes nothing', async () => {
    const id = await draft();
    await sales.sobject('Order').update({ Id: id, Status: 'Draft' });
    const subscription = bus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 100 });
    await until('a keepalive', () => subscription.fetched.some(({ events }) => events.length === 0));
    expect(subscription.events()).toHaveLength(1);
    subscription.cancel();
  });

  it('refuses a replay id it never gave out, and one whose events are gone, each with its own code', async () => {
    await draft();
    const first = bus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 1 });
    await until('an event', () => first.events().length === 1);
    const replayId = first.events()[0]?.replayId;
    first.cancel();
    await draft();
    await fetch(`${world.url}/_sim/events`, { method: 'DELETE' });
    const gone = await bus.subscribe({ topicName: ORDERS, replayPreset: 'CUSTOM', replayId, numRequested: 1 }).failed();
    expect([gone.code, errorCode(gone)]).toEqual([3, 'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.validation.failed']);
    const made = await bus.subscribe({ topicName: ORDERS, replayPreset: 'CUSTOM', replayId: Buffer.alloc(10, 9), numRequested: 1 }).failed();
    expect([made.code, errorCode(made)]).toEqual([3, 'sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted']);
  });

  it('forgets events after the retention time', async () => {
    let time = Date.now();
    const later = await openWorld({ now: () => time, retentionMs: 60_000, sessionSeconds: 1_000 });
    const connection = await signIn(later);
    const laterBus = openBus(later, connection);
    await connection.sobject('Order').create({ Status: 'Draft' });
    time += 61_000;
    await connection.sobject('Order').create({ Status: 'Draft' });
    const subscription = laterBus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 100 });
    await until('what is left', () => subscription.events().length > 0);
    expect(subscription.events()).toHaveLength(1);
    subscription.cancel();
    laterBus.close();
    await later.close();
  });

  it('refuses an ended session, an unknown topic and more than 100 events', async () => {
    const tooMany = await bus.subscribe({ topicName: ORDERS, numRequested: 101 }).failed();
    expect(errorCode(tooMany)).toBe('sfdc.platform.eventbus.grpc.subscription.fetch.requested.events.invalid');
    expect((await bus.subscribe({ topicName: '/data/Nothing', numRequested: 1 }).failed()).code).toBe(5);
    const running = bus.subscribe({ topicName: ORDERS, numRequested: 1 });
    await until('a keepalive', () => running.fetched.length > 0);
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    running.fetch({ numRequested: 1 });
    const ended = await running.failed();
    expect([ended.code, errorCode(ended)]).toEqual([16, 'sfdc.platform.eventbus.grpc.service.auth.error']);
  });

  it('knows its topics and their schemas', async () => {
    const { schemaId, canSubscribe } = await bus.topic(ORDERS);
    expect(canSubscribe).toBe(true);
    expect((await bus.schema(schemaId)).name).toBe('com.sforce.eventbus.OrderChangeEvent');
    await expect(bus.schema('unknown')).rejects.toMatchObject({ code: 3 });
  });

  it('reports a gap when told to', async () => {
    const id = await draft();
    await fetch(`${world.url}/_sim/gaps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sobject: 'Order', recordIds: [id] }) });
    const subscription = bus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 100 });
    await until('two events', () => subscription.events().length === 2);
    const gap = subscription.events()[1];
    expect(gap && await header(gap)).toMatchObject({ changeType: 'GAP_UPDATE', recordIds: [id] });
    subscription.cancel();
  });

  it('reports gaps of every kind, and one that is too large to name its records', async () => {
    const id = await draft();
    const gap = (body: object) => fetch(`${world.url}/_sim/gaps`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ sobject: 'Order', ...body }) });
    for (const kind of ['GAP_CREATE', 'GAP_DELETE', 'GAP_UNDELETE']) expect((await gap({ kind, recordIds: [id] })).status).toBe(204);
    expect([(await gap({ kind: 'GAP_OVERFLOW' })).status, (await gap({ kind: 'GAP_SURE', recordIds: [id] })).status, (await gap({})).status]).toEqual([204, 400, 400]);
    const subscription = bus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 100 });
    await until('five events', () => subscription.events().length === 5);
    const headers = await Promise.all(subscription.events().slice(1).map(header));
    expect(headers.map(({ changeType, recordIds }) => [changeType, recordIds])).toEqual([
      ['GAP_CREATE', [id]], ['GAP_DELETE', [id]], ['GAP_UNDELETE', [id]], ['GAP_OVERFLOW', ['000000000000000AAA']]]);
    subscription.cancel();
  });

  it('delivers no more when it is asked to limit the rate', async () => {
    await draft();
    world.faults.add([{ match: 'gRPC Fetch', status: 429, count: 1 }]);
    const limited = await bus.subscribe({ topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 1 }).failed();
    expect([limited.code, errorCode(limited)]).toEqual([8, 'sfdc.platform.eventbus.grpc.subscription.limit.exceeded']);
  });

  it('misbehaves on request: cuts the stream before or after the events, sends half a message', async () => {
    await draft();
    world.faults.add([{ match: 'gRPC Fetch', dropBeforeCommit: true, count: 1 }, { match: 'gRPC Fetch', dropAfterCommit: true, count: 1 }, { match: 'gRPC Fetch', garbage: true, count: 1 }]);
    const request = { topicName: ORDERS, replayPreset: 'EARLIEST', numRequested: 1 };
    const first = bus.subscribe(request);
    expect([(await first.failed()).code, first.events().length]).toEqual([14, 0]);
    const second = bus.subscribe(request);
    expect([(await second.failed()).code, second.events().length]).toEqual([14, 1]);
    const third = bus.subscribe(request);
    await until('half a message', () => third.events().length === 1);
    const [half] = third.events();
    await expect(half && header(half)).rejects.toThrow();
    third.cancel();
  });
});
