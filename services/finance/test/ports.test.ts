import { fen } from '@order-mesh/kernel';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Database } from '@order-mesh/platform';
import { recordOrder, type Entry } from '../src/domain/entry.ts';
import { pgLedger } from '../src/outbound/pg-ledger.ts';
import { confirmed, financeDesk, inMemory, NOON, numbers, order, type Place } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'finance', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('finance');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

async function inPostgres(): Promise<Place> {
  await database.query({ name: 'test.empty-entry', text: 'delete from finance.entry' });
  await database.query({ name: 'test.reset-end', text: 'delete from finance.series_end' });
  return { ledger: pgLedger, transaction: (work) => database.transaction(work) };
}

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const append = ({ ledger, transaction }: Place, ...entries: readonly Entry[]) => transaction((tx) => ledger.append(tx, entries));
const load = ({ ledger, transaction }: Place, ...orderIds: readonly string[]) => transaction((tx) => ledger.load(tx, orderIds, [1, 2]));

const entry = (entryNo: number, bookedAmount = 1_230_000n, series = 1): Entry =>
  recordOrder(order(`O${series}${entryNo}`, { bookedAmount: fen(bookedAmount), discount: fen(entryNo * 150) }), { series, entryNo }, NOON);

describe.each(places)('a ledger %s', (_name, open) => {
  it('begins at nothing, and gives back what was appended', async () => {
    const place = await open();
    expect(await load(place, 'O11')).toEqual({ ends: new Map([[1, 0], [2, 0]]), entries: new Map() });
    await append(place, entry(1), entry(1, 5n, 2), entry(2, 1_229_999n));
    await append(place);
    expect(await load(place, 'O12', 'O9')).toEqual({ ends: new Map([[1, 2], [2, 1]]), entries: new Map([['O12', entry(2, 1_229_999n)]]) });
  });

  it('refuses a gap, a number used before, and an order entered before', async () => {
    const place = await open();
    await load(place);
    await append(place, entry(1));
    await expect(append(place, entry(3))).rejects.toThrow();
    await expect(append(place, entry(2), entry(4))).rejects.toThrow();
    await expect(append(place, { ...entry(1), orderId: 'O7' })).rejects.toThrow();
    await expect(append(place, { ...entry(2), orderId: 'O11' })).rejects.toThrow();
    expect((await load(place)).ends).toEqual(new Map([[1, 1], [2, 0]]));
  });
});

describe('a ledger in PostgreSQL', () => {
  it('has nothing taken off from an order that a build before discounts enters', async () => {
    const place = await inPostgres();
    await load(place);
    await append(place, entry(1));
    await database.query({ name: 'test.entered-before', text: 'update finance.entry set discount = default' });
    expect((await load(place, 'O11')).entries.get('O11')).toEqual({ ...entry(1), discount: 0n });
  });

  it('numbers 200 orders 1 to 100 in each of two series when 8 batches at once confirm them, half of them twice', async () => {
    const place = await inPostgres();
    const batches = Array.from({ length: 8 }, (_, batch) => Array.from({ length: 38 }, (_none, index) => confirmed(`O${(batch * 25 + index) % 200}`)));
    const sent = (await Promise.all(batches.map((batch) => financeDesk(place).orders(...batch)))).flat();
    expect([...new Set(numbers(sent))].sort()).toEqual([1, 2].flatMap((series) => Array.from({ length: 100 }, (_, index) => `${series}-${index + 1}`)).sort());
    expect(await database.query({ name: 'test.count', text: 'select series, count(*) as entries, max(entry_no) as last from finance.entry group by series order by series' }))
      .toEqual([{ series: 1, entries: 100n, last: 100n }, { series: 2, entries: 100n, last: 100n }]);
  });

  it('uses no number for a batch that is rolled back', async () => {
    const place = await inPostgres();
    const failing: Place = { ...place, transaction: (work) => place.transaction(async (tx) => {
      await work(tx);
      throw new Error('the power went out');
    }) };
    await expect(financeDesk(failing).orders(confirmed('O1'))).rejects.toThrow('the power went out');
    expect(numbers(await financeDesk(place).orders(confirmed('O3')))).toEqual(['1-1']);
  });

  it('lets two transactions number orders of different series at once: neither waits', async () => {
    const place = await inPostgres();
    const meeting: Place = { ...place, transaction: (work) => place.transaction(async (tx) => {
      const result = await work(tx);
      expect(numbers(await financeDesk(place).orders(confirmed('O2')))).toEqual(['2-1']);
      return result;
    }) };
    expect(numbers(await financeDesk(meeting).orders(confirmed('O1')))).toEqual(['1-1']);
  });
});
