import fc from 'fast-check';
import { defaultPolicy } from '@order-mesh/contracts';
import { pgRuleBook, rulebookMigrations } from '@order-mesh/rulebook';
import { replenishment } from '@order-mesh/rules';
import { meetingOthers, startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Database } from '@order-mesh/platform';
import { pgStockBook } from '../src/outbound/pg-stock-book.ts';
import type { StockChanges, StockKeys } from '../src/usecases/ports.ts';
import { counted, inMemory, line, lock, NOON, quietLog, refusals, release, stockDesk, suggestions, type Place } from './scene.ts';
import { play, step } from './story.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations, { schema: 'inventory', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('inventory');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

async function inPostgres(): Promise<Place> {
  for (const table of ['inventory.level', 'inventory.stock_lock', 'inventory.lock_line', 'rulebook.live']) await database.query({ name: `test.empty-${table}`, text: `delete from ${table}` });
  return { book: pgStockBook, rules: pgRuleBook({ service: 'inventory', points: [replenishment], policy: defaultPolicy, log: quietLog }), transaction: (work) => database.transaction(work) };
}

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const save = ({ book, transaction }: Place, { shelves = [], locks = [] }: Partial<StockChanges>) => transaction(async (tx) => {
  await book.load(tx, { skus: shelves.map(({ sku }) => sku), orderIds: locks.map(({ orderId }) => orderId) });
  await book.save(tx, { shelves, locks });
});
const load = ({ book, transaction }: Place, keys: Partial<StockKeys>) => transaction((tx) => book.load(tx, { skus: [], orderIds: [], ...keys }));
const expired = ({ book, transaction }: Place, now: number, atMost: number) => transaction((tx) => book.expired(tx, now, atMost));

const level = (sku: string, warehouse: string, reserved = 2) => ({ sku, warehouse, onHand: -3, safetyStock: 5, reserved, suggested: true, changedAt: NOON });
const pens = { sku: 'PEN', levels: [level('PEN', 'W1'), level('PEN', 'W2', 0)] };
const lines = [{ sku: 'PEN', warehouse: 'W2', quantity: 3 }, { sku: 'INK', warehouse: 'W1', quantity: 1 }];

describe.each(places)('a stock book %s', (_name, open) => {
  it('gives back what was saved, in each state a lock can have', async () => {
    const place = await open();
    await save(place, { shelves: [pens], locks: ['O1', 'O2', 'O3'].map((orderId) => ({ orderId, status: 'locked', lines, expiresAt: NOON + 1, revision: 0 })) });
    await save(place, { locks: [
      { orderId: 'O2', status: 'committed', lines, revision: 0 }, { orderId: 'O3', status: 'expired', lines, revision: 0 },
      { orderId: 'O4', status: 'refused', reason: 'out-of-stock', detail: '缺货', revision: 0 }, { orderId: 'O5', status: 'released' },
    ] });
    const { shelves, locks } = await load(place, { skus: ['PEN', 'none'], orderIds: ['O1', 'O2', 'O3', 'O4', 'O5', 'none'] });
    expect([...shelves]).toEqual([['PEN', pens]]);
    expect([...locks.values()].sort((one, other) => one.orderId.localeCompare(other.orderId))).toEqual([
      { orderId: 'O1', status: 'locked', lines, expiresAt: NOON + 1, revision: 0 }, { orderId: 'O2', status: 'committed', lines, revision: 0 }, { orderId: 'O3', status: 'expired', lines, revision: 0 },
      { orderId: 'O4', status: 'refused', reason: 'out-of-stock', detail: '缺货', revision: 0 }, { orderId: 'O5', status: 'released' },
    ]);
  });

  it('gives back the lines of the last revision alone', async () => {
    const place = await open();
    const locked = { orderId: 'O1', status: 'locked' as const, lines, expiresAt: NOON + 1, revision: 0 };
    await save(place, { locks: [locked] });
    const amended = { ...locked, lines: [{ sku: 'PEN', warehouse: 'W1', quantity: 9 }], revision: 1 };
    await save(place, { locks: [amended] });
    expect((await load(place, { orderIds: ['O1'] })).locks.get('O1')).toEqual(amended);
  });

  it('brings the products behind orders, in all warehouses', async () => {
    const place = await open();
    await save(place, { shelves: [pens, { sku: 'INK', levels: [level('INK', 'W1')] }, { sku: 'CUP', levels: [level('CUP', 'W1')] }] });
    await save(place, { locks: [{ orderId: 'O1', status: 'locked', lines, expiresAt: NOON, revision: 0 }] });
    const { shelves } = await load(place, { orderIds: ['O1'] });
    expect([...shelves.keys()].sort()).toEqual(['INK', 'PEN']);
    expect(shelves.get('PEN')).toEqual(pens);
  });

  it('names the orders whose lock has run out, longest ago first, no more than asked for', async () => {
    const place = await open();
    const locked = (orderId: string, expiresAt: number) => ({ orderId, status: 'locked' as const, lines, expiresAt, revision: 0 });
    await save(place, { locks: [locked('O1', NOON), locked('O2', NOON - 2), locked('O3', NOON - 1), locked('O4', NOON + 1), locked('O5', NOON - 9)] });
    await save(place, { locks: [{ orderId: 'O5', status: 'committed', lines, revision: 0 }] });
    expect(await expired(place, NOON, 9)).toEqual(['O2', 'O3', 'O1']);
    expect(await expired(place, NOON, 2)).toEqual(['O2', 'O3']);
  });

  it('refuses levels that cannot be: less than nothing reserved', async () => {
    const place = await open();
    await expect(save(place, { shelves: [{ sku: 'PEN', levels: [level('PEN', 'W1', -1)] }] })).rejects.toThrow();
  });
});

/** A place where `meanwhile` happens after a transaction has read the pens and O1, and before it decides. */
const withMeeting = (place: Place, meanwhile: (run: number) => Promise<unknown>): Place & { readonly runs: () => number } =>
  ({ ...place, ...meetingOthers(place.transaction, (tx) => place.book.load(tx, { skus: ['PEN'], orderIds: ['O1'] }), meanwhile) });

describe('a stock book in PostgreSQL', () => {
  it('gives the same answers as one in memory, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (story) => {
      const [told, wanted] = [await play(story, stockDesk(await inPostgres())), await play(story, stockDesk())];
      expect(told).toEqual(wanted);
    }), { numRuns: 25 });
  }, 60_000);

  it('locks for exactly 50 of 200 orders in 8 batches at once when the stock fits 50', async () => {
    const place = await inPostgres();
    await stockDesk(place).masterData(counted('PEN', 30), counted('PEN', 20, { warehouse: 'W2' }));
    const batches = Array.from({ length: 8 }, (_, batch) => Array.from({ length: 25 }, (_none, index) => lock(`O${batch * 25 + index}`, line('PEN', 1))));
    const sent = (await Promise.all(batches.map((batch) => stockDesk(place).commands(...batch)))).flat();
    expect(sent.filter(({ type }) => type === 'StockLocked')).toHaveLength(50);
    expect(refusals(sent)).toHaveLength(150);
    expect([await stockDesk(place).level('PEN'), await stockDesk(place).level('PEN', 'W2')]).toMatchObject([{ reserved: 30 }, { reserved: 20 }]);
  });

  it('lets two transactions promise one product at once: neither waits, and both sums count', async () => {
    const place = await inPostgres();
    await stockDesk(place).masterData(counted('PEN', 50, { safetyStock: 10 }));
    const meeting = withMeeting(place, () => stockDesk(place).commands(lock('O2', line('PEN', 20))));
    expect(await stockDesk(meeting).commands(lock('O1', line('PEN', 20)))).toMatchObject([{ type: 'StockLocked' }]);
    expect(meeting.runs()).toBe(1);
    expect(await stockDesk(place).level('PEN')).toMatchObject({ reserved: 40, suggested: false });
  });

  it('decides again when both together take more than there is, or fall below the safety level that one alone leaves untouched', async () => {
    const place = await inPostgres();
    await stockDesk(place).masterData(counted('PEN', 50, { safetyStock: 10 }));
    const below = withMeeting(place, async (run) => { if (run === 1) await stockDesk(place).commands(lock('O2', line('PEN', 25))); });
    expect(suggestions(await stockDesk(below).commands(lock('O1', line('PEN', 20))))).toHaveLength(1);
    expect(below.runs()).toBe(2);
    const beyond = withMeeting(place, async (run) => { if (run === 1) await stockDesk(place).commands(lock('O3', line('PEN', 5))); });
    expect(refusals(await stockDesk(beyond).commands(lock('O4', line('PEN', 5))))).toEqual(['out-of-stock']);
    expect(await stockDesk(place).level('PEN')).toMatchObject({ reserved: 50, suggested: true });
  });

  it('decides again when the ERP has counted anew meanwhile', async () => {
    const place = await inPostgres();
    await stockDesk(place).masterData(counted('PEN', 50, { safetyStock: 10 }));
    const fewer = counted('PEN', 5, { safetyStock: 1, changedAt: NOON + 1 });
    const meeting = withMeeting(place, async (run) => { if (run === 1) await stockDesk(place).masterData(fewer); });
    expect(refusals(await stockDesk(meeting).commands(lock('O1', line('PEN', 20))))).toEqual(['out-of-stock']);
    expect(await stockDesk(place).level('PEN')).toMatchObject({ onHand: 5, reserved: 0, changedAt: NOON + 1 });
  });

  it('gives the stock of an order back once when two release it at once', async () => {
    const place = await inPostgres();
    await stockDesk(place).masterData(counted('PEN', 50));
    await stockDesk(place).commands(lock('O1', line('PEN', 20)), lock('O2', line('PEN', 1)));
    const meeting = withMeeting(place, async (run) => { if (run === 1) await stockDesk(place).commands(release('O1')); });
    await stockDesk(meeting).commands(release('O1'));
    expect(meeting.runs()).toBe(2);
    expect(await stockDesk(place).level('PEN')).toMatchObject({ reserved: 1 });
  });
});
