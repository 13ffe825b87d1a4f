import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import type { SagaState } from '@order-mesh/saga';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { OrderCase } from '../src/domain/order-case.ts';
import { memoryCaseBook } from '../src/outbound/memory-case-book.ts';
import { memorySagaBook } from '../src/outbound/memory-saga-book.ts';
import { pgCaseBook } from '../src/outbound/pg-case-book.ts';
import { countOrders } from '../src/outbound/pg-order-count.ts';
import { pgSagaBook } from '../src/outbound/pg-saga-book.ts';
import { statedOrdersSince } from '../src/outbound/pg-statement.ts';
import type { CaseBook, KeptSaga, SagaBook } from '../src/usecases/ports.ts';
import { order } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'order_orchestrator', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('order_orchestrator');
}, 60_000);

afterAll(async () => { await server?.stop(); });

beforeEach(async () => {
  for (const table of ['saga', 'order_case']) await database.query({ name: `empty-${table}`, text: `delete from order_orchestrator.${table}` });
});

interface Place {
  readonly sagas: SagaBook;
  readonly cases: CaseBook;
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}

const inMemory = (): Place => {
  const rows = new Map<string, OrderCase>();
  const sagas = memorySagaBook(rows);
  return { sagas, cases: memoryCaseBook(sagas, rows), transaction: (work) => work({ kind: 'memory' }) };
};

const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', inMemory],
  ['in PostgreSQL', () => ({ sagas: pgSagaBook, cases: pgCaseBook, transaction: (work) => database.transaction(work) })],
];

const common = (id: string) => ({ definition: 'order-to-cash@1', id, facts: { order: order(id) }, startedAt: 0 });
const running = (id: string, deadline: number, changes: object = {}): KeptSaga => ({
  version: 1, state: { ...common(id), status: 'running', step: 'credit', phase: { type: 'asked', approvalId: null }, deadline, ...changes } satisfies SagaState,
});
const refusal = { step: 'contract', reason: 'signed', detail: '已签署' };
const manual = (id: string): KeptSaga => ({ version: 1, state: { ...common(id), status: 'manual', refusal, endedAt: 5, because: { type: 'cancelled', reason: 'x' }, stuck: [refusal] } });
const open = (orderId: string, changes: Partial<OrderCase> = {}): OrderCase => ({
  orderId, kind: 'stuck', status: 'open', opening: 1, refusal, owner: 'operations', assignee: null, openedAt: 1_000, dueAt: 2_000, decision: null, outcome: null, closedAt: null, ...changes,
});
const idsOf = (all: readonly (KeptSaga | OrderCase)[]): readonly string[] => all.map((one) => ('state' in one ? one.state.id : one.orderId)).sort();

describe.each(places)('books %s', (_, openPlace) => {
  it('give back the case that was saved, in every stage of it', async () => {
    const { cases, transaction } = openPlace();
    const stages = [open('o1'), open('o1', { assignee: '李娜' }), open('o1', { status: 'retrying', decision: { decision: 'retry-undo', by: '李娜', note: '', at: 1_500 } }), open('o1', { status: 'closed', outcome: 'cancelled', closedAt: 1_700 })];
    for (const stage of stages) {
      await transaction((tx) => cases.save(tx, [stage, open('o2')]));
      expect((await transaction((tx) => cases.load(tx, ['o1', 'o3']))).get('o1')).toEqual(stage);
    }
  });

  it('find the orders that are stuck and have no case, and those that need a person and have none', async () => {
    const { sagas, cases, transaction } = openPlace();
    await transaction((tx) => sagas.save(tx, [running('late', 100), running('in-time', 101), running('has-case', 100), running('had-case', 100), running('accepted', 100), manual('old'), manual('known')]));
    await transaction((tx) => cases.save(tx, [
      open('has-case'), open('known', { kind: 'undo-failed' }), open('had-case', { status: 'closed', outcome: 'went-on', closedAt: 99 }), open('accepted', { status: 'closed', outcome: 'accepted', closedAt: 100 }),
    ]));
    expect(idsOf(await transaction((tx) => sagas.loadStuck(tx, 100, 10)))).toEqual(['had-case', 'late', 'old']);
    expect(await transaction((tx) => sagas.loadStuck(tx, 100, 2))).toHaveLength(2);
  });

  it('find the cases of orders that went on', async () => {
    const { sagas, cases, transaction } = openPlace();
    await transaction((tx) => sagas.save(tx, [running('stuck', 100), running('moved', 500), manual('ended')]));
    await transaction((tx) => cases.save(tx, [open('stuck'), open('moved'), open('ended'), open('closed', { status: 'closed', outcome: 'accepted', closedAt: 1 })]));
    expect(idsOf(await transaction((tx) => cases.loadGoneOn(tx, 100, 10)))).toEqual(['ended', 'moved']);
  });

  it('fire only the timers of definitions that are known', async () => {
    const { sagas, transaction } = openPlace();
    await transaction((tx) => sagas.save(tx, [running('o1', 100), running('o2', 50, { definition: 'order-to-cash@0' })]));
    expect(idsOf(await transaction((tx) => sagas.loadDue(tx, 100, { definitions: ['order-to-cash@1'], limit: 10 })))).toEqual(['o1']);
  });
});

it('counts the orders on their way by where they are, and what waits for a person, and too long', async () => {
  await server.open().query({ name: 'test.empty', text: 'truncate order_orchestrator.saga, order_orchestrator.order_case' });
  await database.transaction((tx) => pgCaseBook.save(tx, [open('o1'), open('o2', { dueAt: 3_000 }), open('o3', { kind: 'undo-failed', status: 'closed', outcome: 'rejected', closedAt: 5 })]));
  await database.transaction((tx) => pgSagaBook.save(tx, [
    running('o4', 9_000), running('o5', 9_000), running('o6', 9_000, { phase: { type: 'appealed', refusal } }), manual('o7'),
    { version: 1, state: { ...common('o8'), status: 'undoing', because: { type: 'cancelled', reason: 'x' }, left: ['stock', 'credit'], tries: 1, deadline: 9_000, stuck: [] } },
  ]));
  const { orders } = await countOrders(database)(2_500);
  expect(orders.map(({ step, phase, count, amountFen, startedAt }) => [step, phase, count, amountFen, startedAt]).sort()).toEqual([
    ['credit', 'appealed', 1, 1_000, 0], ['credit', 'asked', 2, 2_000, 0], ['stock', 'undoing', 1, 1_000, 0],
  ]);
  expect((await countOrders(database)(2_500)).cases).toEqual([{ kind: 'undo-failed', open: 0, overdue: 0 }, { kind: 'stuck', open: 2, overdue: 1 }]);
});

it('takes an undo that was asked for the ninth time for one that has not moved for 16 minutes, though each ask was saved', async () => {
  await server.open().query({ name: 'test.empty', text: 'truncate order_orchestrator.saga, order_orchestrator.order_case' });
  const undoing = (id: string, tries: number) => ({ version: 1, state: { ...common(id), status: 'undoing', because: { type: 'cancelled', reason: 'x' }, left: ['stock'], tries, deadline: 9_000, stuck: [] } } as const);
  const minutesWaited = async (): Promise<number> => {
    const [place] = (await countOrders(database)(0)).orders;
    return Math.round((Date.now() - (place?.movedAt ?? 0)) / 60_000);
  };
  await database.transaction((tx) => pgSagaBook.save(tx, [undoing('o1', 1)]));
  expect(await minutesWaited()).toBe(0);
  await database.transaction((tx) => pgSagaBook.save(tx, [undoing('o2', 9)]));
  expect(await minutesWaited()).toBe(16);
});

it('states each order under way or with a case, and each that ended since, in pages of at most 1,000, though many ended in one moment', async () => {
  const named = (name: string, count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${name}${String(at).padStart(4, '0')}`);
  const ended = (id: string): KeptSaga => ({ version: 1, state: { ...common(id), status: 'confirmed', refusal: null, endedAt: 5 } });
  const save = (all: readonly KeptSaga[]) => database.transaction((tx) => pgSagaBook.save(tx, all));
  await save([...named('old', 1_100).map(ended), ...named('slow', 3).map((id) => running(id, 100))]);
  await database.query({ name: 'test.age', text: `update order_orchestrator.saga set updated_at = '2026-01-01T00:00:00Z'` });
  await save([...named('ended', 2_500).map(ended), ...named('running', 1_200).map((id) => running(id, 100)), manual('case')]);

  const pages: (readonly string[])[] = [];
  for await (const page of statedOrdersSince(database, Date.UTC(2026, 0, 1) + 1)) pages.push(page.map(({ orderId }) => orderId));
  expect(pages.flat().sort()).toEqual(['case', ...named('ended', 2_500), ...named('running', 1_200), ...named('slow', 3)]);
  expect(pages.every((page) => page.length <= 1_000)).toBe(true);
});
