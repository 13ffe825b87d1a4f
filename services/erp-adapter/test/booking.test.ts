import { setTimeout as wait } from 'node:timers/promises';
import { yuanFromFen } from '@order-mesh/kernel';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { basket, documentsOf, emptyMemory, sample, startBooking, stateOf, until } from './scene.ts';

let u8: U8Simulator;
let erp: ReturnType<typeof startBooking>;

beforeEach(async () => {
  u8 = await startU8({ port: 0, sample });
  erp = startBooking(u8.url);
});
afterEach(async () => {
  await erp.stop();
  await u8.close();
});

const answersTo = (orderId: string) => erp.answers.filter(({ value }) => 'orderId' in value && value.orderId === orderId).map(({ type }) => type);
const answered = (orderId: string, count = 1) => until(() => answersTo(orderId).length >= count, `${count} answers to ${orderId}, got ${JSON.stringify(answersTo(orderId))}`);
const BOOKED = ['oughtreceive 审核', 'saleorder 审核'];

describe('booking an order in U8', () => {
  it('writes one verified sales order and one verified receivable, to the fen', async () => {
    const order = basket('A1');
    await erp.book(order);
    await answered('A1');
    const documents = await documentsOf(u8, 'A1');
    expect(stateOf(documents)).toEqual(BOOKED);
    expect(documents.map(({ amount }) => amount)).toEqual([`${yuanFromFen(order.amount)}00`, `${yuanFromFen(order.amount)}00`]);
    expect(documents.map(({ bizId }) => bizId).sort()).toEqual(['AR-A1', 'SO-A1']);
    expect(erp.answers).toMatchObject([{ type: 'OrderBooked', value: { orderId: 'A1', amount: order.amount, saleOrderCode: expect.stringMatching(/^XSDD/), receivableCode: expect.stringMatching(/^YSD/) } }]);
  });

  it.each([
    'POST /api/saleorder/add', 'GET /api/saleorder/get', 'POST /api/saleorder/verify',
    'POST /api/oughtreceive/add', 'GET /api/oughtreceive/get', 'POST /api/oughtreceive/verify',
  ])('leaves exactly one document of each when the answer to %s is lost, is a proxy page, or never begins', async (match) => {
    u8.faults.add([{ match, dropAfterCommit: true, count: 1 }, { match, garbage: true, count: 1 }, { match, status: 502, count: 1 }, { match, dropBeforeCommit: true, count: 1 }]);
    await erp.book(basket('A1'));
    await answered('A1');
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(BOOKED);
    expect(answersTo('A1')).toEqual(['OrderBooked']);
  });

  it('answers the same again without writing anything', async () => {
    await erp.book(basket('A1'));
    await answered('A1');
    await erp.book(basket('A1'));
    await answered('A1', 2);
    expect(erp.answers[1]).toEqual(erp.answers[0]);
    expect(await documentsOf(u8, 'A1')).toHaveLength(2);
  });

  it('renews the token when U8 no longer takes it', async () => {
    await erp.book(basket('A1'));
    await answered('A1');
    u8.revokeTokens();
    await erp.book(basket('A2', 1));
    await answered('A2');
    expect(stateOf(await documentsOf(u8, 'A2'))).toEqual(BOOKED);
  });

  it.each([
    ['unknown-customer', basket('A1', 0, { customerId: 'C-NOBODY' })],
    ['unknown-inventory', basket('A1', 0, { lines: basket('A1').lines.map((line) => ({ ...line, sku: 'P-NOTHING' })) })],
  ])('passes %s on in the words of U8 and leaves nothing behind', async (reason, order) => {
    await erp.book(order);
    await answered('A1');
    expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { orderId: 'A1', reason, detail: expect.stringContaining('不存在') } }]);
    expect(await documentsOf(u8, 'A1')).toEqual([]);
  });

  it('passes on that the period is closed', async () => {
    u8.change({ closedPeriods: [new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7)] });
    await erp.book(basket('A1'));
    await answered('A1');
    expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'period-closed' } }]);
  });

  it('takes the sales order back when U8 will not verify it for lack of stock', async () => {
    u8.change({ refuseShortStock: true });
    const order = basket('A1');
    await erp.book({ ...order, lines: order.lines.map((line) => ({ ...line, quantity: 9_999_999 })) });
    await answered('A1');
    expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'insufficient-stock', detail: expect.stringContaining('可用量不足') } }]);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['saleorder 作废']);
  });

  it('takes the verified sales order back when the receivable is refused', async () => {
    u8.faults.add([{ match: 'POST /api/oughtreceive/add', body: { errcode: '20001', errmsg: '应收单不允许录入' } }]);
    await erp.book(basket('A1'));
    await answered('A1');
    expect(answersTo('A1')).toEqual(['BookingRefused']);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['saleorder 关闭']);
  });

  it.each([
    ['POST /api/saleorder/add', []], ['POST /api/saleorder/verify', ['saleorder 开立']], ['POST /api/oughtreceive/add', ['saleorder 审核']],
    ['POST /api/oughtreceive/verify', ['oughtreceive 开立', 'saleorder 审核']],
  ])('goes on where a killed process stopped: before %s', async (match, standing) => {
    const memory = emptyMemory();
    const first = startBooking(u8.url, memory);
    u8.faults.add([{ match, dropBeforeCommit: true }]);
    await first.book(basket('A9', 2));
    await until(async () => u8.faults.list().some(({ fired }) => fired > 0), 'the request was made');
    first.kill();
    expect(stateOf(await documentsOf(u8, 'A9'))).toEqual(standing);
    await wait(300);
    u8.faults.clear();
    const second = startBooking(u8.url, memory);
    await until(() => second.answers.length > 0, 'an answer to A9', 20_000);
    expect(second.answers).toMatchObject([{ type: 'OrderBooked' }]);
    expect(stateOf(await documentsOf(u8, 'A9'))).toEqual(BOOKED);
    await second.stop();
    void first.stop();
  }, 30_000);
});

describe('taking a booking back', () => {
  it('leaves no live document of a booked order, and says so every time', async () => {
    await erp.book(basket('A1'));
    await answered('A1');
    await erp.unbook('A1');
    await answered('A1', 2);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 作废', 'saleorder 关闭']);
    await erp.unbook('A1');
    await erp.book(basket('A1'));
    await answered('A1', 4);
    expect(answersTo('A1')).toEqual(['OrderBooked', 'OrderUnbooked', 'OrderUnbooked', 'BookingRefused']);
    expect((await documentsOf(u8, 'A1')).some(({ live }) => live)).toBe(false);
  });

  it.each(['POST /api/oughtreceive/unverify', 'POST /api/oughtreceive/abandon', 'POST /api/saleorder/close'])('goes on when the answer to %s is lost', async (match) => {
    await erp.book(basket('A1'));
    await answered('A1');
    u8.faults.add([{ match, dropAfterCommit: true, count: 1 }, { match, status: 500, count: 1 }]);
    await erp.unbook('A1');
    await answered('A1', 2);
    expect(answersTo('A1')).toEqual(['OrderBooked', 'OrderUnbooked']);
    expect((await documentsOf(u8, 'A1')).some(({ live }) => live)).toBe(false);
  });

  it('remembers an undo that came first', async () => {
    await erp.unbook('A1');
    await erp.book(basket('A1'));
    expect(answersTo('A1')).toEqual(['OrderUnbooked', 'BookingRefused']);
    expect(await documentsOf(u8, 'A1')).toEqual([]);
  });

  it('never asks U8 when ask and undo come in one batch', async () => {
    await erp.batch({ type: 'BookOrder', value: basket('A1') }, { type: 'UnbookOrder', value: { orderId: 'A1' } });
    await wait(100);
    expect(answersTo('A1')).toEqual(['OrderUnbooked']);
    expect(await documentsOf(u8, 'A1')).toEqual([]);
  });

  it('waits for a booking in flight and takes it back', async () => {
    u8.faults.add([{ match: 'POST /api/oughtreceive/add', delayMs: 300, count: 1 }]);
    await erp.book(basket('A1'));
    await until(async () => (await documentsOf(u8, 'A1')).length === 1, 'the sales order is entered');
    await erp.unbook('A1');
    await answered('A1');
    expect(answersTo('A1')).toEqual(['OrderUnbooked']);
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(['oughtreceive 作废', 'saleorder 关闭']);
  });

  it('says so when U8 will not let go, and tries again when asked again', async () => {
    await erp.book(basket('A1'));
    await answered('A1');
    u8.change({ closedPeriods: [new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7)] });
    await erp.unbook('A1');
    await answered('A1', 2);
    u8.change({ closedPeriods: [] });
    await erp.unbook('A1');
    await answered('A1', 3);
    expect(answersTo('A1')).toEqual(['OrderBooked', 'UnbookingRefused', 'OrderUnbooked']);
    expect((await documentsOf(u8, 'A1')).some(({ live }) => live)).toBe(false);
  });
});

describe('bad days', () => {
  it('books 60 orders once each while a fifth of all calls go wrong, and undoes every third', async () => {
    u8.faults.add([{ rate: 0.05, dropAfterCommit: true }, { rate: 0.05, dropBeforeCommit: true }, { rate: 0.05, status: 503 }, { rate: 0.03, garbage: true }, { rate: 0.02, delayMs: 400 }]);
    const ids = Array.from({ length: 60 }, (_, index) => `B${index}`);
    await erp.book(...ids.map((id, index) => basket(id, index)));
    const undone = ids.filter((_, index) => index % 3 === 0);
    await erp.unbook(...undone);
    await until(() => ids.every((id) => answersTo(id).length > 0) && undone.every((id) => answersTo(id).at(-1) === 'OrderUnbooked'), 'every order is answered', 60_000);
    u8.faults.clear();
    for (const id of ids) {
      const live = (await documentsOf(u8, id)).filter(({ live: stands }) => stands);
      expect([id, stateOf(live)]).toEqual([id, undone.includes(id) ? [] : BOOKED]);
    }
  }, 90_000);

  it('books what was asked while U8 was away, once it is back', async () => {
    const { port } = u8;
    await u8.close();
    await erp.book(basket('A1'));
    await wait(300);
    expect(erp.answers).toEqual([]);
    u8 = await startU8({ port, sample });
    await answered('A1');
    expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(BOOKED);
  }, 30_000);
});
