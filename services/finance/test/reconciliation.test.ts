import { fen, hours, minutes, seconds } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Database } from '@order-mesh/platform';
import { recordOrder } from '../src/domain/entry.ts';
import { pgLedger } from '../src/outbound/pg-ledger.ts';
import { AMOUNT, crm, mesh, PLACED, receivable, salesOrder } from './books.ts';
import { reconciliationDesk, told, type Said } from './reconciliation-scene.ts';
import { NOON, order } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([{ schema: 'finance', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('finance');
  await database.transaction(async (tx) => {
    await pgLedger.load(tx, [], [1]);
    await pgLedger.append(tx, ['O1', 'O2'].map((orderId, index) => recordOrder(order(orderId, { saleOrderCode: `SO${index + 1}`, receivableCode: `AR${index + 1}` }), { series: 1, entryNo: index + 1 }, NOON)));
  });
}, 90_000);
afterAll(async () => { await server?.stop(); }, 30_000);

beforeEach(async () => {
  for (const table of ['reconciliation_run', 'statement_line', 'difference']) await database.query({ name: `test.empty-${table}`, text: `delete from finance.${table}`, values: [] });
});

const second = { orderId: 'O2' };
const agreed: Said = {
  erp: [salesOrder('SO1'), receivable('AR1'), salesOrder('SO2', second), receivable('AR2', second)], crm: [crm(), crm(second)], mesh: [mesh(), mesh(second)],
};
const untold: Said = { ...agreed, crm: [crm({ told: '' }), crm(second)] };
const types = (messages: readonly Outgoing[]) => messages.map(({ type }) => type);

describe('a reconciliation', () => {
  it('asks for every book, compares, and says that two orders agree; a second run may follow', async () => {
    const desk = reconciliationDesk(database);
    const news = await desk.compare('R1', agreed);
    expect(types(news)).toEqual(['ReconciliationStarted', 'ReadStatement', 'ReconciliationFinished']);
    expect(news[2]?.value).toEqual({ runId: 'R1', outcome: 'agrees', detail: '', orders: 2, amount: 2n * AMOUNT, openDifferences: 0, finishedAt: desk.clock.now() - seconds(15) });
    expect(types(await desk.compare('R2', agreed))).toContain('ReconciliationFinished');
    expect(await database.query({ name: 'test.lines', text: 'select 1 from finance.statement_line', values: [] })).toEqual([]);
  });

  it('compares the CRM with what was ordered and the ERP with what is to be paid', async () => {
    const desk = reconciliationDesk(database);
    const paid = fen(AMOUNT - 1n);
    const cheaper: Said = {
      erp: [salesOrder('SO1', { amount: paid }), receivable('AR1', { amount: paid }), salesOrder('SO2', second), receivable('AR2', second)],
      crm: [crm(), crm(second)], mesh: [mesh({ amount: paid, discount: fen(1) }), mesh(second)],
    };
    const news = await desk.compare('R1', cheaper);
    expect(news.at(-1)?.value).toMatchObject({ outcome: 'agrees', orders: 2, amount: 2n * AMOUNT - 1n, openDifferences: 0 });
    expect(told(await desk.compare('R2', { ...cheaper, mesh: [mesh({ amount: paid }), mesh(second)] }))).toEqual(['O1 amount-differs open']);
  });

  it('takes a statement from before there were discounts for one without any', async () => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    await desk.answer(agreed);
    await database.query({ name: 'test.older-statement', text: `update finance.statement_line set content = content - 'discount'`, values: [] });
    await desk.carryOn();
    expect(desk.last('ReconciliationFinished')).toMatchObject({ outcome: 'agrees', orders: 2 });
  });

  it('looks again after 15 s before it believes a difference', async () => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    await desk.answer(untold);
    expect(await desk.carryOn()).toMatchObject({ openDifferences: 0 });
    desk.clock.advance(seconds(14));
    await desk.carryOn();
    expect(types(desk.news())).toEqual(['ReconciliationStarted', 'ReadStatement']);
    desk.clock.advance(seconds(1));
    await desk.carryOn();
    expect(desk.last('ReadStatement')).toMatchObject({ runId: 'R1', look: 2 });
    await desk.answer(untold);
    await desk.carryOn();
    const news = desk.news();
    expect(told(news)).toEqual(['O1 crm-not-told open']);
    expect(news.at(-1)?.value).toMatchObject({ outcome: 'differs', openDifferences: 1 });
    expect(await desk.carryOn()).toMatchObject({ openDifferences: 1 });
  });

  it('forgets what the second look no longer sees', async () => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    await desk.answer(untold);
    await desk.carryOn();
    desk.clock.advance(seconds(15));
    await desk.carryOn();
    await desk.answer(agreed);
    await desk.carryOn();
    expect(told(desk.news())).toEqual([]);
    expect(await database.query({ name: 'test.differences', text: 'select 1 from finance.difference', values: [] })).toEqual([]);
  });

  it('asks for a repair once, and says repaired only when the next run no longer finds it', async () => {
    const desk = reconciliationDesk(database);
    const found = (await desk.compare('R1', untold)).find((message) => message.type === 'DifferenceChanged');
    const { differenceId = '' } = found?.type === 'DifferenceChanged' ? found.value : {};
    await desk.repair(differenceId);
    await desk.repair(differenceId);
    await desk.repair('unknown');
    const asked = desk.news();
    expect(types(asked)).toEqual(['TellCrm', 'DifferenceChanged']);
    expect(asked[0]?.value).toEqual({
      orderId: 'O1', differenceId, status: 'confirmed', reason: null, confirmedAt: NOON - 1_000, contractId: 'K1', waybill: 'SF1', saleOrderCode: 'SO1',
    });
    expect(told(await desk.compare('R2', untold))).toEqual(['O1 crm-not-told repairing']);
    const news = await desk.compare('R3', agreed);
    expect(told(news)).toEqual(['O1 crm-not-told repaired']);
    expect(news.at(-1)?.value).toMatchObject({ outcome: 'agrees', openDifferences: 0 });
  });

  it('counts what was accepted no more', async () => {
    const desk = reconciliationDesk(database);
    const found = (await desk.compare('R1', untold)).find((message) => message.type === 'DifferenceChanged');
    await desk.accept(found?.type === 'DifferenceChanged' ? found.value.differenceId : '');
    expect(told(desk.news())).toEqual(['O1 crm-not-told accepted']);
    expect((await desk.compare('R2', untold)).at(-1)?.value).toMatchObject({ outcome: 'agrees', openDifferences: 0 });
  });

  it('says nothing of differences that its days do not reach', async () => {
    const desk = reconciliationDesk(database);
    const old = { placedAt: PLACED - hours(24 * 20) };
    const month: Said = { ...untold, mesh: [mesh(old), mesh(second)] };
    expect(told(await desk.compare('R1', month, 30))).toEqual(['O1 crm-not-told open']);
    expect(told(await desk.compare('R2', agreed, 7))).toEqual([]);
    expect(told(await desk.compare('R3', { ...agreed, mesh: month.mesh ?? [] }, 30))).toEqual(['O1 crm-not-told vanished']);
  });

  it('fails when a book cannot be read, and finds nothing', async () => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    await desk.event(desk.received({ type: 'StatementFailed', value: { runId: 'R1', look: 1, side: 'erp', detail: 'U8 did not answer (ECONNREFUSED)' } }, 'R1'));
    await desk.answer(untold);
    await desk.carryOn();
    const news = desk.news();
    expect(types(news)).toEqual(['ReconciliationStarted', 'ReadStatement', 'ReconciliationFinished']);
    expect(news[2]?.value).toMatchObject({ outcome: 'failed', detail: 'no statement of erp: U8 did not answer (ECONNREFUSED)' });
  });

  it('gives up a book that says nothing for 10 minutes', async () => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    desk.clock.advance(minutes(10) - 1);
    await desk.carryOn();
    desk.clock.advance(1);
    await desk.carryOn();
    expect(desk.last('ReconciliationFinished')).toMatchObject({ outcome: 'failed', detail: 'no statement of erp and crm and mesh in time; look at the log of its adapter' });
  });

  it('lets one run at a time', async () => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    await desk.start('R1');
    await desk.start('R2');
    expect(desk.last('ReconciliationFinished')).toMatchObject({ runId: 'R2', outcome: 'failed', detail: 'the reconciliation that 李娜 asked for is under way; ask again when it has ended' });
    expect(types(desk.news())).toEqual(['ReconciliationStarted', 'ReadStatement', 'ReconciliationFinished']);
  });

  it('begins one every 5 minutes when set so, and none by itself when not', async () => {
    const idle = reconciliationDesk(database);
    await idle.carryOn();
    expect(idle.news()).toEqual([]);
    const desk = reconciliationDesk(database, { reconcileEvery: minutes(5) });
    await desk.carryOn();
    await desk.answer(agreed);
    await desk.carryOn();
    desk.clock.advance(minutes(5) - 1);
    await desk.carryOn();
    expect(types(desk.news())).toEqual(['ReconciliationStarted', 'ReadStatement', 'ReconciliationFinished']);
    desk.clock.advance(1);
    await Promise.all([desk.carryOn(), desk.carryOn()]);
    expect(types(desk.news())).toEqual(['ReconciliationStarted', 'ReadStatement']);
  });

  it.each([0, 1, 2])('comes to the same when the power goes out after %i transactions of the end of a look', async (committed) => {
    const desk = reconciliationDesk(database);
    await desk.start('R1');
    await desk.answer(untold);
    desk.power.left = committed;
    await expect(desk.carryOn()).rejects.toThrow('the power went out');
    desk.power.left = Number.POSITIVE_INFINITY;
    await desk.carryOn();
    desk.clock.advance(seconds(15));
    await desk.carryOn();
    await desk.answer(untold);
    desk.power.left = committed;
    await expect(desk.carryOn()).rejects.toThrow('the power went out');
    desk.power.left = Number.POSITIVE_INFINITY;
    await desk.carryOn();
    const news = desk.news();
    expect(told(news)).toEqual(['O1 crm-not-told open']);
    expect(news.filter(({ type }) => type === 'ReconciliationFinished')).toHaveLength(1);
  });

  it('leaves pages of a look that is over alone', async () => {
    const desk = reconciliationDesk(database);
    await desk.compare('R1', agreed);
    await desk.start('R2');
    const stale = { runId: 'R1', look: 1, page: 1, isLast: true };
    await desk.event(desk.received({ type: 'ErpStatement', value: { ...stale, documents: [salesOrder('SO9', { orderId: 'O9' })] } }, 'R1'));
    expect(await database.query({ name: 'test.lines', text: 'select 1 from finance.statement_line', values: [] })).toEqual([]);
  });
});
