import fc from 'fast-check';
import { defaultPolicy } from '@order-mesh/contracts';
import { days, fen } from '@order-mesh/kernel';
import { pgRuleBook, rulebookMigrations } from '@order-mesh/rulebook';
import { creditControl } from '@order-mesh/rules';
import { meetingOthers, startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Database } from '@order-mesh/platform';
import { pgCreditBook } from '../src/outbound/pg-credit-book.ts';
import type { CreditChanges, CreditKeys } from '../src/usecases/ports.ts';
import { cny, creditDesk, customer, hold, inMemory, NOON, quietLog, receivable, refusals, release, type Place } from './scene.ts';
import { play, step, type Step } from './story.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations, { schema: 'credit', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('credit');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

async function inPostgres(): Promise<Place> {
  for (const table of ['credit.account', 'credit.hold', 'credit.receivable', 'rulebook.live']) await database.query({ name: `test.empty-${table}`, text: `delete from ${table}` });
  return { book: pgCreditBook, rules: pgRuleBook({ service: 'credit', points: [creditControl], policy: defaultPolicy, log: quietLog }), transaction: (work) => database.transaction(work) };
}

const places = [['in memory', async () => inMemory()], ['in PostgreSQL', inPostgres]] as const;

const NOTHING = { accounts: [], holds: [], receivables: [] };
const save = ({ book, transaction }: Place, some: Partial<CreditChanges>) => transaction(async (tx) => {
  const changes = { ...NOTHING, ...some };
  await book.load(tx, {
    customerIds: changes.accounts.map(({ customerId }) => customerId), orderIds: changes.holds.map(({ orderId }) => orderId),
    receivableIds: changes.receivables.map(({ receivableId }) => receivableId),
  });
  await book.save(tx, changes);
});
const load = ({ book, transaction }: Place, keys: Partial<CreditKeys>) =>
  transaction((tx) => book.load(tx, { customerIds: [], orderIds: [], receivableIds: [], ...keys }));

const account = { customerId: 'C1', limit: { amount: cny(1_000), changedAt: NOON }, owed: -5n, held: 7n, oldestDueAt: null };
const request = { orderId: 'O1', customerId: 'C1', amount: fen(7n), approvalId: null, revision: 0, startedAt: NOON };
const record = { facts: { customerId: 'C1', daysOverdue: 3 }, moment: { now: NOON, placedAt: NOON - 5 }, said: { verdict: 'grant', because: 'none' }, rule: null, hash: '0123456789abcdef' };
const debt = { receivableId: 'R1', customerId: 'C1', orderId: null, amount: fen(9n), open: fen(4n), dueAt: NOON, changedAt: NOON + 1 };

describe.each(places)('a credit book %s', (_name, open) => {
  it('gives back what was saved, in each state a hold can have', async () => {
    const place = await open();
    const holds = [
      { ...request, orderId: 'O1', status: 'held' as const, exposure: fen(2n), limit: fen(7n), record },
      { ...request, orderId: 'O2', status: 'confirmed' as const, exposure: fen(-2n), limit: fen(7n), approvalId: 'O2:credit', record: { ...record, rule: 'freeze-overdue' } },
      { ...request, orderId: 'O3', status: 'invoiced' as const, exposure: fen(7n), limit: fen(7n), record: null },
      { ...request, orderId: 'O4', amount: fen(-7n), status: 'refused' as const, reason: 'bad-amount', detail: '负数', appealable: false, record: null },
      { orderId: 'O5', status: 'released' as const },
    ];
    await save(place, { accounts: [account], holds, receivables: [{ ...debt, orderId: 'O1' }] });
    const pages = await load(place, { customerIds: ['C1', 'nobody'], orderIds: [...holds.map(({ orderId }) => orderId), 'none'], receivableIds: ['R1', 'R9'] });
    expect([...pages.accounts.values()]).toEqual([{ ...account, oldestDueAt: NOON }]);
    expect([...pages.holds.values()].sort((one, other) => one.orderId.localeCompare(other.orderId))).toEqual(holds);
    expect([...pages.receivables.values()]).toEqual([{ ...debt, orderId: 'O1' }]);
  });

  it('brings the accounts behind orders and receivables', async () => {
    const place = await open();
    const accounts = ['C1', 'C2', 'C3'].map((customerId) => ({ ...account, customerId }));
    await save(place, {
      accounts, holds: [{ ...request, status: 'held', exposure: fen(7n), limit: fen(7n), record: null }], receivables: [{ ...debt, customerId: 'C2' }],
    });
    expect([...(await load(place, { orderIds: ['O1'], receivableIds: ['R1'] })).accounts.keys()].sort()).toEqual(['C1', 'C2']);
  });

  it('knows an account whose customer the ERP has not named', async () => {
    const place = await open();
    await save(place, { accounts: [{ ...account, limit: null }] });
    expect((await load(place, { customerIds: ['C1'] })).accounts.get('C1')).toMatchObject({ limit: null });
  });

  it('tells the due date of the oldest receivable that is still open', async () => {
    const place = await open();
    const due = (receivableId: string, daysAgo: number, left: bigint) => ({ ...debt, receivableId, open: fen(left), dueAt: NOON - days(daysAgo) });
    await save(place, { accounts: [account], receivables: [due('R1', 90, 0n), due('R2', 46, 1n), due('R3', 10, 5n), due('R4', 99, -5n)] });
    expect((await load(place, { customerIds: ['C1'] })).accounts.get('C1')).toMatchObject({ oldestDueAt: NOON - days(46) });
  });

  it('tells what customers ordered and paid before, without the orders it is about', async () => {
    const place = await open();
    const orders = [
      { ...request, orderId: 'O1', status: 'confirmed' as const, exposure: fen(2n), limit: fen(7n), record }, { ...request, orderId: 'O2', status: 'invoiced' as const, exposure: fen(2n), limit: fen(7n), record },
      { ...request, orderId: 'O3', status: 'held' as const, exposure: fen(2n), limit: fen(7n), record }, { ...request, orderId: 'O4', status: 'refused' as const, reason: 'overdue', detail: '', appealable: true, record },
      { ...request, orderId: 'O5', status: 'refused' as const, reason: 'overdue', detail: '', appealable: true, record }, { ...request, customerId: 'C2', orderId: 'O6', status: 'confirmed' as const, exposure: fen(2n), limit: fen(7n), record },
    ];
    const owed = [{ ...debt, receivableId: 'R1', dueAt: NOON - 1 }, { ...debt, receivableId: 'R2' }, { ...debt, receivableId: 'R3', open: fen(0n), dueAt: NOON - 9 }];
    await save(place, { accounts: [{ ...account, owed: 0n }, { ...account, owed: 0n, customerId: 'C2' }], holds: orders, receivables: owed });
    const histories = await place.transaction((tx) => place.book.histories(tx, { customerIds: ['C1', 'nobody'], orderIds: ['O5'], today: NOON }));
    expect(Object.fromEntries(histories)).toEqual({
      C1: { ordersConfirmed: 2, amountConfirmed: 14n, ordersRefused: 1, receivables: 3, paid: 1, overdue: 4n },
      nobody: { ordersConfirmed: 0, amountConfirmed: 0n, ordersRefused: 0, receivables: 0, paid: 0, overdue: 0n },
    });
  });

  it('replaces what it had', async () => {
    const place = await open();
    await save(place, { accounts: [account], holds: [{ ...request, status: 'refused', reason: 'overdue', detail: 'late', appealable: true, record }], receivables: [debt] });
    const granted = { ...request, status: 'held' as const, approvalId: 'O1:credit', exposure: fen(7n), limit: fen(7n), revision: 2, record: { ...record, rule: 'other' } };
    await save(place, { accounts: [{ ...account, held: 0n }], holds: [granted], receivables: [{ ...debt, customerId: 'C2', open: fen(0n) }] });
    const pages = await load(place, { customerIds: ['C1'], orderIds: ['O1'], receivableIds: ['R1'] });
    expect(pages.accounts.get('C1')).toEqual({ ...account, held: 0n });
    expect(pages.holds.get('O1')).toEqual(granted);
    expect(pages.receivables.get('R1')).toMatchObject({ customerId: 'C2', open: 0n });
  });

  it('refuses books that cannot be: less than nothing held, more held than allowed', async () => {
    const place = await open();
    await expect(save(place, { accounts: [{ ...account, held: -1n }] })).rejects.toThrow();
    await expect(save(place, { holds: [{ ...request, status: 'held', exposure: fen(8n), limit: fen(7n), record: null }] })).rejects.toThrow();
  });
});

/** A place where `meanwhile` happens after a transaction has read the books of C1, O1 and R1, and before it decides. */
const withMeeting = (place: Place, meanwhile: (run: number) => Promise<unknown>): Place & { readonly runs: () => number } =>
  ({ ...place, ...meetingOthers(place.transaction, (tx) => place.book.load(tx, { customerIds: ['C1'], orderIds: ['O1'], receivableIds: ['R1'] }), meanwhile) });

describe('a credit book in PostgreSQL', () => {
  it('gives the same answers as one in memory, whatever happens in whatever order', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (story) => {
      const [told, wanted] = [await play(story, creditDesk(await inPostgres())), await play(story, creditDesk())];
      expect(told).toEqual(wanted);
    }), { numRuns: 25 });
  }, 60_000);

  it('holds exactly 50 of 200 orders in 8 batches at once when the limit fits 50', async () => {
    const place = await inPostgres();
    await creditDesk(place).masterData(customer(cny(50_000)));
    const batches = Array.from({ length: 8 }, (_, batch) => Array.from({ length: 25 }, (_none, index) => hold(`O${batch * 25 + index}`, cny(1_000))));
    const sent = (await Promise.all(batches.map((batch) => creditDesk(place).commands(...batch)))).flat();
    expect(sent.filter(({ type }) => type === 'CreditHeld')).toHaveLength(50);
    expect(refusals(sent)).toHaveLength(150);
    expect(await creditDesk(place).account()).toMatchObject({ held: cny(50_000) });
  });

  it('lets two transactions decide about one customer at once: neither waits, and both sums count', async () => {
    const place = await inPostgres();
    await creditDesk(place).masterData(customer(cny(50_000)));
    const meeting = withMeeting(place, () => creditDesk(place).commands(hold('O2', cny(30_000))));
    expect(await creditDesk(meeting).commands(hold('O1', cny(10_000)))).toMatchObject([{ type: 'CreditHeld' }]);
    expect(meeting.runs()).toBe(1);
    expect(await creditDesk(place).account()).toMatchObject({ held: cny(40_000) });
  });

  it('counts a receivable once that two transactions hear of at once', async () => {
    const place = await inPostgres();
    await creditDesk(place).masterData(customer(cny(50_000)));
    const heard = receivable(cny(100));
    const meeting = withMeeting(place, (run) => (run === 1 ? creditDesk(place).masterData(heard) : Promise.resolve()));
    await creditDesk(meeting).masterData(heard);
    expect(meeting.runs()).toBe(2);
    expect(await creditDesk(place).account()).toMatchObject({ owed: cny(100) });
  });

  it('decides again when the sum of two decisions would exceed the limit', async () => {
    const place = await inPostgres();
    await creditDesk(place).masterData(customer(cny(50_000)));
    const meeting = withMeeting(place, async (run) => { if (run === 1) await creditDesk(place).commands(hold('O2', cny(45_000))); });
    expect(refusals(await creditDesk(meeting).commands(hold('O1', cny(10_000))))).toEqual(['over-limit']);
    expect(meeting.runs()).toBe(2);
    expect(await creditDesk(place).account()).toMatchObject({ held: cny(45_000) });
  });

  it('decides again when the limit has changed meanwhile', async () => {
    const place = await inPostgres();
    await creditDesk(place).masterData(customer(cny(50_000)));
    const lower = customer(cny(5_000), { changedAt: NOON + 1 });
    const meeting = withMeeting(place, async (run) => { if (run === 1) await creditDesk(place).masterData(lower); });
    expect(refusals(await creditDesk(meeting).commands(hold('O1', cny(10_000))))).toEqual(['over-limit']);
    expect(await creditDesk(place).account()).toMatchObject({ held: 0n, limit: { amount: cny(5_000) } });
  });

  it('gives the credit of an order back once when two release it at once', async () => {
    const place = await inPostgres();
    await creditDesk(place).masterData(customer(cny(50_000)));
    await creditDesk(place).commands(hold('O1', cny(10_000)), hold('O2', cny(1_000)));
    const meeting = withMeeting(place, async (run) => { if (run === 1) await creditDesk(place).commands(release('O1')); });
    await creditDesk(meeting).commands(release('O1'));
    expect(meeting.runs()).toBe(2);
    expect(await creditDesk(place).account()).toMatchObject({ held: cny(1_000) });
  });

  it('forgets what rules said of an earlier ask when the last one was refused without asking them', async () => {
    const overLimitOnAppeal: Step[] = [
      { do: 'invoice', orderId: 'O1', open: 1, daysOverdue: 46 }, { do: 'hold', orderId: 'O5', amount: 0 }, { do: 'limit', limit: 0 },
      { do: 'appeal', orderId: 'O5', amount: 1 }, { do: 'hold', orderId: 'O5', amount: 0 },
    ];
    expect(await play(overLimitOnAppeal, creditDesk(await inPostgres()))).toEqual(await play(overLimitOnAppeal, creditDesk()));
  });

  it('remembers what a released hold was about', async () => {
    const place = await inPostgres();
    await save(place, { holds: [{ ...request, approvalId: 'O1:credit', status: 'held', exposure: fen(7n), limit: fen(7n), record: null }] });
    await save(place, { holds: [{ orderId: 'O1', status: 'released' }] });
    expect(await database.query({ name: 'test.released', text: `select status, customer_id, amount, approval_id from credit.hold where order_id = 'O1'` }))
      .toEqual([{ status: 'released', customer_id: 'C1', amount: 7n, approval_id: 'O1:credit' }]);
  });
});
