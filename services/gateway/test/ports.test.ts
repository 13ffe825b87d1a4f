import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import { projectApproval, unknownApproval } from '../src/domain/approval-view.ts';
import { project, unknownOrder, type OrderView } from '../src/domain/order-view.ts';
import { entryOf } from '../src/domain/timeline.ts';
import { memoryKeyBook, memoryViewBook } from '../src/outbound/memory-books.ts';
import { pgKeyBook } from '../src/outbound/pg-key-book.ts';
import { pgReader } from '../src/outbound/pg-reader.ts';
import { pgViewBook } from '../src/outbound/pg-view-book.ts';
import type { KeyBook, ViewBook } from '../src/usecases/ports.ts';
import { heard, messages, story, type Told } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'gateway', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('gateway');
}, 60_000);

afterAll(async () => { await server?.stop(); });

beforeEach(async () => {
  for (const table of ['order_view', 'timeline_page', 'approval', 'confirmed_order', 'idempotency_key']) await database.query({ name: `empty-${table}`, text: `delete from gateway.${table}` });
});

interface Place {
  readonly views: ViewBook;
  readonly keys: KeyBook;
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', () => ({ views: memoryViewBook(), keys: memoryKeyBook(), transaction: (work) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', () => ({ views: pgViewBook, keys: pgKeyBook, transaction: (work) => database.transaction(work) })],
];

const digest = (text: string): string => text;
const view = (...all: readonly Told[]): OrderView => story(...all).reduce((one, message) => project(one, message, digest), unknownOrder('O1'));

describe.each(places)('books %s', (_, open) => {
  it('give back what was saved, but for the goods', async () => {
    const { views, transaction } = open();
    const full = view('OrderPlaced', 'CreditRefused', 'HoldCredit', 'ApprovalWithdrawn', 'OrderRejected');
    const bare = { ...unknownOrder('O2'), phase: 4, heardAt: 7 };
    await transaction((tx) => views.save(tx, [{ view: full, version: 1 }, { view: bare, version: 1 }]));
    const kept = await transaction((tx) => views.load(tx, ['O1', 'O2', 'O3']));
    expect([...kept.values()]).toEqual([{ view: { ...full, placement: { ...full.placement, goods: null } }, version: 1 }, { view: bare, version: 1 }]);
  });

  it('take one version after the other, and no other', async () => {
    const { views, transaction } = open();
    const save = (version: number) => transaction((tx) => views.save(tx, [{ view: view('OrderPlaced'), version }]));
    await save(1);
    await save(2);
    for (const version of [1, 2, 4]) await expect(save(version)).rejects.toMatchObject({ code: 'OFFSET_MOVED' });
    await save(3);
  });

  it('give back tasks of the orders asked for', async () => {
    const { views, transaction } = open();
    const messagesOf = story('ApprovalRequested', 'ApprovalGranted');
    const [requested, granted] = messagesOf;
    if (requested?.type !== 'ApprovalRequested' || granted?.type !== 'ApprovalGranted') throw new TypeError('not the story');
    const open1 = projectApproval(unknownApproval('O1:credit', 'O1'), requested);
    const blind = projectApproval(unknownApproval('O2:credit', 'O2'), granted);
    await transaction((tx) => views.saveApprovals(tx, [open1, blind]));
    expect(await transaction((tx) => views.loadApprovals(tx, ['O1']))).toEqual([open1]);
    await transaction((tx) => views.saveApprovals(tx, [projectApproval(open1, granted)]));
    expect([...await transaction((tx) => views.findApprovals(tx, ['O1:credit', 'O3:credit']))]).toEqual([['O1:credit', projectApproval(open1, granted)]]);
  });

  it('keep an answer under its key, and refuse a second one', async () => {
    const { keys, transaction } = open();
    const answer = { key: 'k1', bodyDigest: 'x', answer: { type: 'accepted', order: null } };
    expect((await transaction((tx) => keys.take(tx, ['k1']))).size).toBe(0);
    await transaction((tx) => keys.keep(tx, [answer], 1_000));
    expect(await transaction((tx) => keys.take(tx, ['k1', 'k2']))).toEqual(new Map([['k1', answer]]));
    await expect(transaction((tx) => keys.keep(tx, [answer], 1_000))).rejects.toMatchObject({ code: 'OFFSET_MOVED' });
    await transaction((tx) => keys.replace(tx, { ...answer, answer: { type: 'other' } }));
    await transaction((tx) => keys.replace(tx, { ...answer, key: 'k2' }));
    expect(await transaction((tx) => keys.take(tx, ['k1', 'k2']))).toEqual(new Map([['k1', { ...answer, answer: { type: 'other' } }]]));
    expect([await transaction((tx) => keys.forget(tx, 1_000, 9)), await transaction((tx) => keys.forget(tx, 1_001, 9))]).toEqual([0, 1]);
  });
});

describe('PostgreSQL', () => {
  it('keeps the goods that a later version does not bring', async () => {
    const first = view('OrderPlaced');
    const save = (one: OrderView, version: number) => database.transaction((tx) => pgViewBook.save(tx, [{ view: one, version }]));
    await save(first, 1);
    const kept = await database.transaction((tx) => pgViewBook.load(tx, ['O1']));
    await save(project(kept.get('O1')?.view ?? unknownOrder(''), heard('LockStock', { at: 9 }), digest), 2);
    expect((await pgReader(database).order('O1'))?.goods).toEqual({
      lines: [{ lineNo: 1, sku: 'P1', name: 'LANTERN', quantity: 2, unit: 'PCS', unitPriceFen: '500', amountFen: '1000' }],
      shipTo: { contact: '周*', phone: '138****5678', region: '上海', city: '上海', street: '***' },
    });
  });

  it('says at once that a key is being answered elsewhere', async () => {
    await database.transaction(async (tx) => {
      expect((await pgKeyBook.take(tx, ['k1'])).size).toBe(0);
      expect(await database.transaction((other) => pgKeyBook.take(other, ['k1', 'k2']))).toEqual(new Map([['k1', 'elsewhere']]));
    });
    expect((await database.transaction((tx) => pgKeyBook.take(tx, ['k1']))).size).toBe(0);
  });

  it('keeps what comes together with a message that came before', async () => {
    const [placed, held, locked] = (['OrderPlaced', 'CreditHeld', 'StockLocked'] as const).map((type, index) => entryOf(heard(type, { at: index })));
    if (!placed || !held || !locked) throw new Error('three entries are needed');
    await database.transaction((tx) => pgViewBook.save(tx, [{ view: { ...unknownOrder(placed.orderId), placement: null }, version: 1 }]));
    for (const page of [[placed], [placed, held], [placed, locked], [held]]) await database.transaction((tx) => pgViewBook.note(tx, page));
    const kept = await database.query<{ readonly ids: string }>({
      name: 'test.kept', text: 'select distinct entry.id as ids from gateway.timeline_page, jsonb_to_recordset(entries::jsonb) as entry(id text) where order_id = $1', values: [placed.orderId],
    });
    expect(kept.map(({ ids }) => ids).sort()).toEqual([placed, held, locked].map(({ id }) => id).sort());
  });

  it('takes every message of an order, twice, with text no database holds', async () => {
    const all = Object.keys(messages).map((type, index) => heard(type as Told, { at: index, value: type === 'OrderRejected' ? { detail: 'a\0b\uD83D' } : {} }));
    const entries = all.map(entryOf);
    for (let round = 0; round < 2; round += 1) await database.transaction((tx) => pgViewBook.note(tx, entries));
    await database.transaction((tx) => pgViewBook.save(tx, [{ view: all.reduce((one, message) => project(one, message, digest), unknownOrder('O1')), version: 1 }]));
    const found = await pgReader(database).order('O1');
    expect(found?.entries).toHaveLength(entries.length);
    expect([...(found?.entries ?? [])].sort((one, other) => one.at - other.at)).toEqual(entries);
  });
});
