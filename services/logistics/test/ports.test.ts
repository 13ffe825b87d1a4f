import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import type { DecisionRecord } from '@order-mesh/rules';
import type { Shipment } from '../src/domain/shipment.ts';
import { memoryShipmentBook } from '../src/outbound/memory-shipment-book.ts';
import { pgShipmentBook } from '../src/outbound/pg-shipment-book.ts';
import type { ShipmentBook } from '../src/usecases/ports.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'logistics', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('logistics');
}, 60_000);
afterAll(async () => { await server?.stop(); }, 60_000);

interface Place {
  readonly book: ShipmentBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', () => ({ book: memoryShipmentBook(), transaction: (work) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', () => ({ book: pgShipmentBook, transaction: (work) => database.transaction(work) })],
];

const RECORD: DecisionRecord = {
  facts: { customerId: 'C1', province: '江苏', city: '苏州', pieces: 12, lines: 1, value: 3_000 }, moment: { now: 1, placedAt: 1 }, said: { product: 'standard', insured: false },
  rule: 'standard', hash: '0123456789abcdef', title: '其他订单走标快，不保价',
};
const SHIPMENTS: readonly Shipment[] = [
  { orderId: 'A1', record: null, status: 'planning' },
  { orderId: 'A2', record: RECORD, status: 'planned', carrier: '顺丰速运', waybill: 'SF1' },
  { orderId: 'A3', record: null, status: 'refused', reason: 'not-served', detail: '海外' },
  { orderId: 'A4', record: null, status: 'recalled' },
  { orderId: 'A5', record: null, status: 'cancelling', attempt: 2, awaited: false },
  { orderId: 'A6', record: RECORD, status: 'cancelled' },
  { orderId: 'A7', record: null, status: 'kept', attempt: 3, reason: 'already-collected', detail: '8039' },
];

describe.each(places)('shipments %s', (_name, open) => {
  it('come back as they were saved, at each stage', async () => {
    const { book, transaction } = open();
    await transaction((tx) => book.save(tx, SHIPMENTS));
    const loaded = await transaction((tx) => book.load(tx, [...SHIPMENTS.map(({ orderId }) => orderId), 'none']));
    expect([...loaded.values()]).toEqual(SHIPMENTS);
  });

  it('are replaced, whatever stage comes after which', async () => {
    const { book, transaction } = open();
    const turned = SHIPMENTS.map((shipment, at) => ({ ...(SHIPMENTS[(at + 3) % SHIPMENTS.length] ?? shipment), orderId: shipment.orderId }));
    await transaction((tx) => book.save(tx, SHIPMENTS));
    await transaction((tx) => book.save(tx, turned));
    const loaded = await transaction((tx) => book.load(tx, turned.map(({ orderId }) => orderId)));
    expect([...loaded.values()]).toEqual(turned);
  });
});

it('keeps the waybill of what was cancelled later', async () => {
  await database.transaction((tx) => pgShipmentBook.save(tx, [{ orderId: 'B1', record: null, status: 'planned', carrier: '顺丰速运', waybill: 'SF9' }]));
  await database.transaction((tx) => pgShipmentBook.save(tx, [{ orderId: 'B1', record: null, status: 'cancelled' }]));
  expect(await database.query({ name: 'test.b1', text: `select status, waybill from logistics.shipment where order_id = 'B1'` })).toEqual([{ status: 'cancelled', waybill: 'SF9' }]);
});
