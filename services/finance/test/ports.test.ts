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
  await database.query({ name: 'test.reset-end', text: 'update finance.ledger_end set last_entry_no = 0' });
  return { ledger: pgLedger, transaction: (work) => database.transaction(work) };
}

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const append = ({ ledger, transaction }: Place, ...entries: readonly Entry[]) => transaction((tx) => ledger.append(tx, entries));
const load = ({ ledger, transaction }: Place, ...orderIds: readonly string[]) => transaction((tx) => ledger.load(tx, orderIds));

const entry = (entryNo: number, bookedAmount = 1_230_000n): Entry => recordOrder(order(`O${entryNo}`, { bookedAmount: fen(bookedAmount) }), entryNo, NOON);

describe.each(places)('a ledger %s', (_name, open) => {
  it('begins at nothing, and gives back what was appended', async () => {
    const place = await open();
    expect(await load(place, 'O1')).toEqual({ lastEntryNo: 0, entries: new Map() });
    await append(place, entry(1), entry(2, 1_229_999n));
    await append(place);
    expect(await load(place, 'O2', 'O9')).toEqual({ lastEntryNo: 2, entries: new Map([['O2', entry(2, 1_229_999n)]]) });
  });

  it('refuses a gap, a number used before, and an order entered before', async () => {
    const place = await open();
    await append(place, entry(1));
    await expect(append(place, entry(3))).rejects.toThrow();
    await expect(append(place, { ...entry(1), orderId: 'O7' })).rejects.toThrow();
    await expect(append(place, { ...entry(2), orderId: 'O1' })).rejects.toThrow();
    expect((await load(place)).lastEntryNo).toBe(1);
  });
});

describe('a ledger in PostgreSQL', () => {
  it('numbers 200 orders 1 to 200 when 8 batches at once confirm them, half of them twice', async () => {
    const place = await inPostgres();
    const batches = Array.from({ length: 8 }, (_, batch) => Array.from({ length: 38 }, (_none, index) => confirmed(`O${(batch * 25 + index) % 200}`)));
    const sent = (await Promise.all(batches.map((batch) => financeDesk(place).orders(...batch)))).flat();
    expect([...new Set(numbers(sent))].sort((one, other) => one - other)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(await database.query({ name: 'test.count', text: 'select count(*) as entries, max(entry_no) as last from finance.entry' })).toEqual([{ entries: 200n, last: 200n }]);
  });

  it('uses no number for a batch that is rolled back', async () => {
    const place = await inPostgres();
    const failing: Place = { ...place, transaction: (work) => place.transaction(async (tx) => {
      await work(tx);
      throw new Error('the power went out');
    }) };
    await expect(financeDesk(failing).orders(confirmed('O1'))).rejects.toThrow('the power went out');
    expect(numbers(await financeDesk(place).orders(confirmed('O2')))).toEqual([1]);
  });
});
