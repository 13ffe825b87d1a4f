import { fen, hours, seconds } from '@order-mesh/kernel';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Transaction } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import type { Card } from '../src/domain/card.ts';
import { memoryAlertBook, memoryCallbackBook, memoryCardBook } from '../src/outbound/memory-books.ts';
import { pgAlertBook, pgCallbackBook } from '../src/outbound/pg-alert-book.ts';
import { pgCardBook, tasksByNumber } from '../src/outbound/pg-card-book.ts';
import type { AlertBook, CallbackBook, CardBook } from '../src/usecases/ports.ts';
import { NOON } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'wecom_adapter', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('wecom_adapter');
}, 60_000);
beforeEach(async () => {
  for (const table of ['card', 'alert', 'heard', 'letters_noted']) await database.query({ name: `test.empty-${table}`, text: `delete from wecom_adapter.${table}` });
});
afterAll(async () => { await server?.stop(); }, 60_000);

interface Place {
  readonly cards: CardBook;
  readonly alerts: AlertBook;
  readonly callbacks: CallbackBook;
  readonly transaction: <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;
}

const places: readonly (readonly [string, () => Place])[] = [
  ['in memory', () => ({ cards: memoryCardBook(), alerts: memoryAlertBook(), callbacks: memoryCallbackBook(), transaction: (work) => work({ kind: 'memory' }) })],
  ['in PostgreSQL', () => ({ cards: pgCardBook(database), alerts: pgAlertBook(database), callbacks: pgCallbackBook, transaction: (work) => database.transaction(work) })],
];

const question = (orderId: string, approvers: readonly string[] = ['ZhangWei', 'LiNa']) =>
  ({ approvalId: `${orderId}:credit`, orderId, customerId: 'C1', amount: fen(330_000n), deadline: NOON + hours(24), approvers, otherSpNo: null });
const answer = { decision: 'granted', decider: 'LiNa', decidedBy: 'wecom:LiNa 李娜' } as const;

const CARDS: readonly Card[] = [
  { ...question('A1'), status: 'asked' },
  { ...question('A2', []), status: 'unshown', detail: '301025' },
  { ...question('A3'), status: 'open', spNo: '1', otherSpNo: '5', checkAt: NOON + seconds(60) },
  { ...question('A4'), status: 'void', spNo: '2' },
  { ...question('A5'), status: 'answered', spNo: '3', answer },
  { ...question('A6'), status: 'settled', spNo: null, answer: null, verdict: { outcome: 'withdrawn', by: null, detail: '' } },
  { ...question('A7'), status: 'settled', spNo: '4', answer, verdict: { outcome: 'granted', by: 'Li Lei', detail: '老客户' } },
];

describe.each(places)('cards %s', (_name, open) => {
  it('come back as they were saved, at each stage, by order and by task', async () => {
    const { cards, transaction } = open();
    await transaction((tx) => cards.save(tx, CARDS));
    expect(await transaction((tx) => cards.ofOrders(tx, [...CARDS.map(({ orderId }) => orderId), 'none']))).toEqual(CARDS);
    expect(await transaction((tx) => cards.ofTasks(tx, ['A5:credit', 'A5:credit', 'none']))).toEqual([CARDS[4]]);
    expect(await transaction((tx) => cards.ofTasks(tx, []))).toEqual([]);
  });

  it('are replaced, whatever stage comes after which', async () => {
    const { cards, transaction } = open();
    const turned = CARDS.map((card, at) => ({ ...(CARDS[(at + 3) % CARDS.length] ?? card), approvalId: card.approvalId, orderId: card.orderId, approvers: card.approvers }));
    await transaction((tx) => cards.save(tx, CARDS));
    await transaction((tx) => cards.save(tx, turned));
    expect(await transaction((tx) => cards.ofOrders(tx, CARDS.map(({ orderId }) => orderId)))).toEqual(turned);
  });

  it('are due when they are open and their time has come, and not again at once', async () => {
    const { cards, transaction } = open();
    const openCard = (orderId: string, checkAt: number): Card => ({ ...question(orderId), status: 'open', spNo: orderId, checkAt });
    await transaction((tx) => cards.save(tx, [...CARDS.filter(({ status }) => status !== 'open'), openCard('B1', NOON), openCard('B2', NOON - 1), openCard('B3', NOON + 1)]));
    expect([await cards.anyDue(NOON - 2), await cards.anyDue(NOON)]).toEqual([false, true]);
    const nextAt = NOON + seconds(60);
    expect((await transaction((tx) => cards.takeDue(tx, { now: NOON, nextAt, atMost: 1 }))).map(({ orderId }) => orderId)).toEqual(['B2']);
    expect(await transaction((tx) => cards.takeDue(tx, { now: NOON, nextAt, atMost: 9 }))).toEqual([openCard('B1', nextAt)]);
    expect(await transaction((tx) => cards.takeDue(tx, { now: NOON, nextAt, atMost: 9 }))).toEqual([]);
  });
});

describe.each(places)('alerts %s', (_name, open) => {
  const record = { facts: { kind: 'case' }, moment: { now: NOON, placedAt: NOON }, said: { to: 'group' }, rule: null, hash: 'h1' };
  const alert = (key: string, at = NOON, recipients: readonly string[] = ['finance', 'group']) => ({ key, line: `line of ${key}`, at, recipients, record });
  const told = (...one: Parameters<typeof alert>) => { const { record: _, ...routed } = alert(...one); return routed; };

  it('are told once, oldest first, and forgotten in the end', async () => {
    const { alerts, transaction } = open();
    await transaction((tx) => alerts.note(tx, [alert('b'), alert('a'), alert('c', NOON - 1)]));
    await transaction((tx) => alerts.note(tx, [alert('a', NOON - 5)]));
    expect(await alerts.anyUntold()).toBe(true);
    expect(await transaction((tx) => alerts.takeUntold(tx, NOON, 2))).toEqual([told('c', NOON - 1), told('a')]);
    expect(await transaction((tx) => alerts.takeUntold(tx, NOON, 2))).toEqual([told('b')]);
    await transaction((tx) => alerts.note(tx, [alert('a')]));
    expect(await alerts.anyUntold()).toBe(false);
    await transaction((tx) => alerts.forget(tx, NOON + 1));
    await transaction((tx) => alerts.note(tx, [alert('a')]));
    expect(await alerts.anyUntold()).toBe(true);
  });

  it('are dropped only as long as nobody was told', async () => {
    const { alerts, transaction } = open();
    await transaction((tx) => alerts.note(tx, [alert('a')]));
    await transaction((tx) => alerts.takeUntold(tx, NOON, 9));
    await transaction((tx) => alerts.note(tx, [alert('b')]));
    await transaction((tx) => alerts.drop(tx, ['a', 'b', 'none']));
    await transaction((tx) => alerts.note(tx, [alert('a'), alert('b')]));
    expect(await transaction((tx) => alerts.takeUntold(tx, NOON, 9))).toEqual([told('b')]);
  });

  it('count as told where nobody is to be told, and stay so', async () => {
    const { alerts, transaction } = open();
    await transaction((tx) => alerts.note(tx, [alert('a', NOON, [])]));
    await transaction((tx) => alerts.note(tx, [alert('a')]));
    expect(await alerts.anyUntold()).toBe(false);
  });
});

describe.each(places)('dead letters %s', (_name, open) => {
  it('are noted up to a number that only grows', async () => {
    const { alerts, transaction } = open();
    expect(await alerts.lastLetter()).toBeNull();
    const kept: (string | null)[] = [];
    for (const id of ['9', '10', '2', '12345678901']) {
      await transaction((tx) => alerts.keepLastLetter(tx, id));
      kept.push(await alerts.lastLetter());
    }
    expect(kept).toEqual(['9', '10', '10', '12345678901']);
  });
});

describe.each(places)('callbacks %s', (_name, open) => {
  it('are heard once, until they are forgotten', async () => {
    const { callbacks, transaction } = open();
    const hear = (stamp: string) => transaction((tx) => callbacks.isFirst(tx, stamp, NOON));
    expect([await hear('s1'), await hear('s1'), await hear('s2')]).toEqual([true, false, true]);
    await transaction((tx) => callbacks.forget(tx, NOON));
    expect(await hear('s1')).toBe(false);
    await transaction((tx) => callbacks.forget(tx, NOON + 1));
    expect(await hear('s1')).toBe(true);
  });
});

it('knows which task a number of WeCom is recorded for', async () => {
  await database.transaction((tx) => pgCardBook(database).save(tx, CARDS));
  expect(Object.fromEntries(await tasksByNumber(database, ['1', '4', '5', '9']))).toEqual({ 1: 'A3:credit', 4: 'A7:credit', 5: 'A3:credit' });
});
