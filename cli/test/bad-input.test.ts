import { randomUUID } from 'node:crypto';
import type { Connection } from 'jsforce';
import { fen } from '@order-mesh/kernel';
import { createBroker, createCodec, messageToJson, outgoing, partitionFor } from '@order-mesh/messaging';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { loadSample } from '@order-mesh/simulator';
import { openDatabase } from '@order-mesh/platform';
import { until } from '@order-mesh/testing';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { openSalesDesk, signIn } from '../src/demo/sales-desk.ts';
import { allLetters, redrive } from '../src/dlq/redrive.ts';
import { openLetterDesk } from '../src/gateway/dead-letters.ts';
import type { Order } from '../src/gateway/order.ts';
import { kafkaAdmin, startMesh, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

let mesh: RunningMesh;
let salesforce: Connection;

beforeAll(async () => {
  mesh = await startMesh();
  const { addresses } = mesh.note();
  await knowsMasterData(addresses, true);
  salesforce = await signIn(addresses.salesforce);
}, 180_000);

afterAll(() => mesh?.stop(), 60_000);

const gateway = () => mesh.gateway();

const ended = (orderId: string): Promise<Order> => mesh.ended(orderId);

interface Line {
  readonly Product2: { readonly ProductCode: string };
  readonly Quantity: number;
  readonly UnitPrice: number;
}

const sku = loadSample().products.find(({ onHand }) => onHand > 100)?.sku ?? '';
const line = (changes: Partial<Line> = {}): Line => ({ Product2: { ProductCode: sku }, Quantity: 1, UnitPrice: 2.5, ...changes });
const many = (count: number): readonly Line[] => Array.from({ length: count }, () => line());

async function placeInSalesforce(lines: readonly Line[], accountNumber = loadSample().orders[0]?.customerId ?? ''): Promise<string> {
  const order = await salesforce.sobject('Order').create({ Account: { AccountNumber: accountNumber }, Status: 'Draft', EffectiveDate: '2026-11-24', PoNumber: randomUUID() });
  const orderId = order.id ?? '';
  if (lines.length > 0) await salesforce.sobject('OrderItem').create(lines.map((one) => ({ ...one, OrderId: orderId })), { allowRecursive: true });
  await salesforce.sobject('Order').update({ Id: orderId, Status: 'Activated' });
  return orderId;
}

describe('an order from Salesforce that nobody can fulfil is refused in words, and the CRM is told', () => {
  it.each<[string, readonly Line[], RegExp]>([
    ['no lines', [], /no lines/],
    ['a negative quantity', [line({ Quantity: -3 })], /quantity.*-3/],
    ['a fractional quantity', [line({ Quantity: 1.5 })], /quantity.*1\.5/],
    ['an amount over 2^53 fen', [line({ Quantity: 1_000_000, UnitPrice: 99_999_999_999 })], /1000000 x 99999999999.00 yuan is more than can be booked/],
    ['2,000 lines', many(2_000), /2,?000 lines/],
  ])('%s', async (_, lines, words) => {
    const orderId = await placeInSalesforce(lines);
    const order = await ended(orderId);
    expect(order).toMatchObject({ status: 'rejected', step: 'border' });
    expect(order.detail).toMatch(words);
    const told = await until('the CRM to be told', async () => {
      const record = await salesforce.sobject('Order').retrieve(orderId);
      return record['Mesh_Status__c'] === 'Rejected' && record;
    });
    expect(String(told['Mesh_Reason__c'])).toMatch(words);
  }, 60_000);

  it('an unknown customer', async () => {
    await salesforce.sobject('Account').create({
      Name: 'Nobody Ltd', AccountNumber: 'C-UNKNOWN', ShippingState: '上海', ShippingCity: '上海', ShippingStreet: '南京路 1 号', Contact_Name__c: '王芳', Phone: '13800000000',
    });
    expect(await ended(await placeInSalesforce([line()], 'C-UNKNOWN'))).toMatchObject({ status: 'rejected', step: 'credit', reason: 'unknown-customer' });
  }, 60_000);

  it('an unknown product; the credit is given back', async () => {
    await salesforce.sobject('Product2').create({ Name: 'Nothing', ProductCode: 'P-UNKNOWN' });
    const orderId = await placeInSalesforce([line({ Product2: { ProductCode: 'P-UNKNOWN' } })]);
    expect(await ended(orderId)).toMatchObject({ status: 'rejected', step: 'stock', reason: 'unknown-sku' });
    expect((await gateway().order(orderId)).timeline.map(({ type }) => type)).toContain('CreditReleased');
  }, 60_000);
});

const apiOrder = (orderId: string, changes: object = {}) => ({
  orderId, customerId: loadSample().orders[0]?.customerId, customerName: '海风商贸', region: '上海',
  lines: [{ sku, quantity: 2, unitPriceFen: 250 }], shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' }, ...changes,
});

async function post(path: string, body: unknown, key: string = randomUUID()): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  const response = await mesh.ask(path, typeof body === 'string' ? body : Object(body), undefined, { 'idempotency-key': key });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}

describe('an order over HTTP that nobody can fulfil is refused at once, as a problem that names each fault', () => {
  const lines = (changes: object) => ({ lines: [{ sku, quantity: 1, unitPriceFen: 100, ...changes }] });
  it.each<[string, object, RegExp]>([
    ['no lines', { lines: [] }, /lines/],
    ['a negative quantity', lines({ quantity: -1 }), /lines\/0\/quantity/],
    ['a fractional quantity', lines({ quantity: 0.5 }), /lines\/0\/quantity/],
    ['an amount over 2^53 fen', lines({ quantity: 1_000_000, unitPriceFen: '9007199254740991' }), /9007199254740991|2\^53/],
    ['2,000 lines', { lines: Array.from({ length: 2_000 }, () => ({ sku, quantity: 1, unitPriceFen: 1 })) }, /500/],
    ['an unknown field', { discount: 5 }, /discount/],
  ])('%s', async (_, changes, words) => {
    const { status, type, text } = await post('/v1/orders', apiOrder('bad-1', changes));
    expect([400, 422]).toContain(status);
    expect(type).toContain('application/problem+json');
    expect(text).toMatch(words);
  });

  it('rubbish, and a key that is missing', async () => {
    expect((await post('/v1/orders', '{"orderId":')).status).toBe(400);
    const response = await mesh.ask('/v1/orders', '{}', undefined, { 'idempotency-key': '' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Idempotency-Key');
  });
});

it('places an order once, however often it is asked; other content under its number or key is refused', async () => {
  const key = randomUUID();
  const first = await post('/v1/orders', apiOrder('api-1'), key);
  expect(first.status).toBe(202);
  expect(await post('/v1/orders', apiOrder('api-1'), key)).toEqual(first);
  expect((await post('/v1/orders', apiOrder('api-2'), key)).status).toBe(422);
  expect(await ended('api-1')).toMatchObject({ status: 'confirmed', amountFen: '500' });
  expect((await post('/v1/orders', apiOrder('api-1'))).status).toBe(200);
  expect((await post('/v1/orders', apiOrder('api-1', { region: '江苏', lines: [{ sku, quantity: 9, unitPriceFen: 250 }] }))).status).toBe(409);
}, 60_000);

it('does not cancel what is confirmed, and says so', async () => {
  await post('/v1/orders', apiOrder('api-3'));
  await ended('api-3');
  const { status, text } = await post('/v1/orders/api-3/cancel', { reason: 'changed my mind' });
  expect(status).toBe(409);
  expect(text).toMatch(/confirmed/);
}, 60_000);

it('buries poison with its reason and confirms the good orders beside it', async () => {
  const { kafkaBrokers, databaseUrl, salesforce: url } = mesh.note().addresses;
  const codec = createCodec();
  const good = codec.encode({ type: 'CancelRequested', value: { orderId: 'x', reason: 'x', requestedBy: 'x', requestedAt: 0 } });
  const poison = { cut: good.subarray(0, good.length - 2), unknown: Buffer.from([0, 0, 0, 0x7f, 0xff, 1, 2]), bomb: Buffer.from([0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f]), rubbish: Buffer.from('<html>') };
  const broker = createBroker({ driver: 'platformatic', brokers: [kafkaBrokers], clientId: 'test', security: kafkaAdmin(mesh) });
  const partitions = (await broker.topics()).find(({ name }) => name === topics.crmEvents)?.partitions ?? 1;
  const producer = await broker.producer();
  await producer.publish(Object.entries(poison).map(([key, value]) => outgoing({ topic: topics.crmEvents, partition: partitionFor(key, partitions), key, value, headers: {} })));
  const placed = await (await openSalesDesk(url)).place(loadSample().orders.slice(0, 10).map((order) => ({ ...order, number: `beside-poison-${order.number}` })));
  for (const { orderId } of placed) expect(await ended(orderId)).toMatchObject({ status: 'confirmed' });
  await producer.close();
  await broker.close();
  const database = openDatabase({ url: databaseUrl, applicationName: 'test', connections: 1, onTrouble: () => {} });
  const letters = await database.query<{ readonly key: string; readonly reason: string }>({ name: 'letters', text: `select key, reason from messaging.dead_letter where participant = 'order-orchestrator' order by key` });
  await database.close();
  expect(letters).toEqual([{ key: 'bomb', reason: expect.any(String) }, { key: 'cut', reason: 'truncated' }, { key: 'rubbish', reason: expect.any(String) }, { key: 'unknown', reason: 'unknown-schema' }]);
}, 90_000);

it('mends a poisonous order: edited and sent again, it is confirmed', async () => {
  const { kafkaBrokers, gateway: url } = mesh.note().addresses;
  const broker = createBroker({ driver: 'platformatic', brokers: [kafkaBrokers], clientId: 'test', security: kafkaAdmin(mesh) });
  const partitions = (await broker.topics()).find(({ name }) => name === topics.crmEvents)?.partitions ?? 1;
  const value = {
    orderId: 'mended-1', source: 'partner', externalId: 'mended-1', customerId: loadSample().orders[0]?.customerId ?? '', customerName: '海风商贸', region: '上海',
    lines: [{ lineNo: 1, sku, name: 'LANTERN', quantity: 2, unit: 'PCS', unitPrice: fen(250), amount: fen(500) }], amount: fen(500),
    shipTo: { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' }, placedAt: Date.now(), placedBy: '',
  };
  const message: AnyMessage = { type: 'OrderPlaced', value };
  const producer = await broker.producer();
  await producer.publish([outgoing({ topic: topics.crmEvents, partition: partitionFor('mended-1', partitions), key: 'mended-1', value: createCodec().encode(message).subarray(0, -3), headers: { ce_id: 'p-1' } })]);
  await producer.close();
  await broker.close();
  const desk = openLetterDesk(url, mesh.session());
  const letters = await until('the letters', async () => { const found = await allLetters(desk, { order: 'mended-1' }); return found.some(({ service }) => service === 'gateway') && found.length > 1 && found; });
  expect(letters.map((letter) => letter.reason)).toEqual(letters.map(() => 'truncated'));
  const copies = await desk.edit(letters[0]?.id ?? '', { note: 'its end was missing', ...messageToJson(message) });
  expect(copies).toHaveLength(letters.length);
  const redriven = await redrive(desk, copies, { note: '', perSecond: 50, waitMs: 20_000 });
  expect(redriven).toEqual({ settled: copies.map(({ id }) => id), failedAgain: [], waiting: [], skipped: [] });
  expect(await ended('mended-1')).toMatchObject({ status: 'confirmed', amountFen: '500' });
}, 90_000);

it('leaves every invariant whole', async () => {
  expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
}, 90_000);
