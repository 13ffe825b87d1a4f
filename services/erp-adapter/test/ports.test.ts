import { fen } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Booking } from '../src/domain/booking.ts';
import type { Fact } from '../src/domain/master-data.ts';
import { memoryBookings } from '../src/outbound/memory-bookings.ts';
import { memoryKnownFacts } from '../src/outbound/memory-known-facts.ts';
import { pgBookings } from '../src/outbound/pg-bookings.ts';
import { pgKnownFacts } from '../src/outbound/pg-known-facts.ts';
import type { Bookings, KnownFacts } from '../src/usecases/ports.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'erp_adapter', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('erp_adapter');
}, 60_000);
afterAll(async () => { await server?.stop(); });

interface Place {
  readonly bookings: Bookings;
  readonly known: KnownFacts;
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

const inMemory = async (): Promise<Place> => ({ bookings: memoryBookings(), known: memoryKnownFacts(), transaction: (work) => work({ kind: 'memory' }) });

async function inPostgres(): Promise<Place> {
  for (const table of ['booking', 'fact', 'list_position']) await database.query({ name: `test.empty-${table}`, text: `delete from erp_adapter.${table}` });
  return { bookings: pgBookings, known: pgKnownFacts(database), transaction: (work) => database.transaction(work) };
}

const refusal = { reason: 'insufficient-stock', detail: 'U8 20005: 存货可用量不足' };
const all: readonly (readonly [string, Booking])[] = [
  ['A', { status: 'asked', customerId: 'C1' }],
  ['B', { status: 'called-off', customerId: 'C1' }],
  ['C', { status: 'booked', customerId: 'C1', documents: { saleOrderCode: 'XSDD1', receivableCode: 'YSD2', amount: fen(9_007_199_254_740_991n) } }],
  ['D', { status: 'taking-back', customerId: 'C1', round: 2, answer: { type: 'unbooked' } }],
  ['E', { status: 'taking-back', customerId: 'C1', round: 1, answer: { type: 'refused', refusal } }],
  ['F', { status: 'left-over', customerId: 'C1', round: 3, answer: { type: 'refused', refusal }, outstanding: 'R1' }],
  ['G', { status: 'unbooked', customerId: '' }],
  ['H', { status: 'refused', customerId: 'C1', refusal }],
];

describe.each([['in memory', inMemory], ['in PostgreSQL', inPostgres]] as const)('bookings %s', (_name, open) => {
  it('come back in every state they can have', async () => {
    const { bookings, transaction } = await open();
    await transaction((tx) => bookings.save(tx, new Map(all), 1_000));
    const loaded = await transaction((tx) => bookings.load(tx, [...all.map(([orderId]) => orderId), 'nobody']));
    expect([...loaded].sort()).toEqual(all);
  });

  it('go from any state to any other', async () => {
    const { bookings, transaction } = await open();
    for (const [, before] of all) {
      for (const [, after] of all) {
        await transaction((tx) => bookings.save(tx, new Map([['X', before]]), 1_000));
        await transaction((tx) => bookings.save(tx, new Map([['X', after]]), 2_000));
        expect((await transaction((tx) => bookings.load(tx, ['X']))).get('X')).toEqual(after);
      }
    }
  });
});

const facts: readonly Fact[] = [
  { kind: 'stock', sku: 'P1', warehouse: '01', onHand: 5 }, { kind: 'stock', sku: 'P1', warehouse: '02', onHand: 7 }, { kind: 'stock', sku: 'P2', warehouse: '01', onHand: 9 },
  { kind: 'product', sku: 'P1', safetyStock: 3 },
  { kind: 'receivable', receivableId: 'YSD1', customerId: 'C1', orderId: null, amount: '1.00', open: '0.50', dueAt: 1 },
];

describe.each([['in memory', inMemory], ['in PostgreSQL', inPostgres]] as const)('known facts %s', (_name, open) => {
  it('are found by kind and key, and stock by its product', async () => {
    const { known, transaction } = await open();
    await transaction((tx) => known.save(tx, facts));
    await transaction((tx) => known.save(tx, [{ kind: 'stock', sku: 'P2', warehouse: '01', onHand: 1 }]));
    expect(await transaction((tx) => known.load(tx, 'stock', ['P2 01', 'P9 01']))).toEqual([{ kind: 'stock', sku: 'P2', warehouse: '01', onHand: 1 }]);
    expect(await transaction((tx) => known.load(tx, 'receivable', ['YSD1']))).toEqual(facts.slice(4));
    expect(await transaction((tx) => known.loadStockOf(tx, ['P1']))).toEqual(facts.slice(0, 2));
  });

  it('are read up to a position that never goes back', async () => {
    const { known, transaction } = await open();
    expect(await known.position('stock')).toBe(0n);
    await transaction((tx) => known.moveTo(tx, 'stock', 1_000_000n));
    await transaction((tx) => known.moveTo(tx, 'stock', 5n));
    expect([await known.position('stock'), await known.position('customer')]).toEqual([1_000_000n, 0n]);
  });
});
