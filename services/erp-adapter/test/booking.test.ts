import { setTimeout as wait } from 'node:timers/promises';
import { fen, sumFen, timesFen, yuanFromFen } from '@order-mesh/kernel';
import type { BookOrder } from '@order-mesh/contracts';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { accountant, doors } from './doors.ts';
import { basket, documentsOf, emptyMemory, sample, startBooking, stateOf, until } from './scene.ts';

const thisMonth = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

/** Everything that can become of an answer on its way. */
const ACCIDENTS = [{ dropAfterCommit: true }, { garbage: true }, { half: true }, { status: 502 }, { dropBeforeCommit: true }];

describe.each(doors)('U8 through %s', (_name, door) => {
  let u8: U8Simulator;
  let erp: ReturnType<typeof startBooking>;

  beforeEach(async () => {
    u8 = await startU8({ port: 0, sample });
    erp = startBooking(door.config(u8.url));
  });
  afterEach(async () => {
    await erp.stop();
    await u8.close();
  });

  const answersTo = (orderId: string) => erp.answers.filter(({ value }) => 'orderId' in value && value.orderId === orderId).map(({ type }) => type);
  const answered = (orderId: string, count = 1) => until(() => answersTo(orderId).length >= count, `${count} answers to ${orderId}, got ${JSON.stringify(answersTo(orderId))}`);
  const live = async (orderId: string) => (await documentsOf(u8, orderId)).filter((document) => document.live);
  const booked = async (orderId: string, order: BookOrder = basket(orderId)) => {
    await erp.book(order);
    await answered(orderId);
  };

  describe('booking an order', () => {
    it('writes one sales order and one receivable, and answers with the amount U8 read back', async () => {
      const order = basket('A1');
      await booked('A1', order);
      const documents = await documentsOf(u8, 'A1');
      expect(stateOf(documents)).toEqual(door.booked);
      expect(documents.map(({ customer }) => customer)).toEqual([order.customerId, order.customerId]);
      const [saleOrder, receivable] = documents;
      expect(erp.answers).toEqual([{ type: 'OrderBooked', value: { orderId: 'A1', amount: order.amount, saleOrderCode: saleOrder?.code, receivableCode: receivable?.code } }]);
    });

    it.each([
      ['a fen', [[1, 1]]], ['thirds of a yuan', [[3_333, 3], [1, 7]]], ['the last digits', [[99_999_999, 999], [199, 1_001], [7, 13]]],
    ])('is exact to the fen: %s', async (_what, prices) => {
      const lines = prices.map(([price = 0, quantity = 0], index) => {
        const unitPrice = fen(price);
        return { lineNo: index + 1, sku: sample.products[index]?.sku ?? '', name: 'x', quantity, unit: '件', unitPrice, amount: timesFen(unitPrice, quantity) };
      });
      const amount = sumFen(lines.map((line) => line.amount));
      await booked('A1', basket('A1', 0, { lines, amount }));
      expect(erp.answers).toMatchObject([{ type: 'OrderBooked', value: { amount } }]);
      expect((await live('A1')).map((document) => document.amount)).toEqual([`${yuanFromFen(amount)}00`, `${yuanFromFen(amount)}00`]);
    });

    it.each<[string, readonly (readonly number[])[]]>([
      ['two rules on a line', [[3, 400, 150, 50], [2, 165]]], ['thirds of a fen', [[7, 3_333, 1], [9_999, 10_001, 33_333]]], ['a free line', [[4, 250, 1_000], [1, 999]]],
      ['many units', [[120_000, 295, 840_000]]],
    ])('is exact to the fen where less than the list price is to be paid: %s', async (_what, given) => {
      const lines = given.map(([quantity = 0, price = 0], index) => {
        const unitPrice = fen(price);
        return { lineNo: index + 1, sku: sample.products[index]?.sku ?? '', name: 'x', quantity, unit: '件', unitPrice, amount: timesFen(unitPrice, quantity) };
      });
      const discounts = given.flatMap(([, , ...off], index) => off.map((amount, rule) => ({ lineNo: index + 1, amount: fen(amount), point: 'promotion', rule: `r${rule}`, title: `满减 ${rule}` })));
      const amount = fen(sumFen(lines.map((line) => line.amount)) - sumFen(discounts.map((discount) => discount.amount)));
      await booked('A1', basket('A1', 0, { lines, discounts, amount }));
      expect(erp.answers).toMatchObject([{ type: 'OrderBooked', value: { amount } }]);
      expect((await live('A1')).map((document) => document.amount)).toEqual([`${yuanFromFen(amount)}00`, `${yuanFromFen(amount)}00`]);
    });

    it('sends nothing of an order whose discount U8 could not be told to the fen', async () => {
      const order = basket('A1');
      await booked('A1', { ...order, discounts: [{ lineNo: 99, amount: fen(100), point: 'promotion', rule: 'r', title: '满减' }, { lineNo: 1, amount: fen(1), point: 'promotion', rule: 'r', title: '满减' }] });
      expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'unbookable-discount' } }]);
      expect(await documentsOf(u8, 'A1')).toEqual([]);
    });

    it.each(door.booking)('leaves exactly one document of each when the answer to %s is lost, is a proxy page, is half, or never begins', async (match) => {
      u8.faults.add(ACCIDENTS.map((accident) => ({ match, ...accident, count: 1 })));
      await booked('A1');
      expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(door.booked);
      expect(answersTo('A1')).toEqual(['OrderBooked']);
    });

    it.each(ACCIDENTS)('finds what was entered when the first answer was lost for good, and never takes it for a refusal: %j', async (accident) => {
      u8.faults.add([{ match: door.writes.order, ...accident, count: 1 }]);
      await booked('A1');
      expect(answersTo('A1')).toEqual(['OrderBooked']);
      expect(await documentsOf(u8, 'A1')).toHaveLength(2);
    });

    it('answers the same again without writing anything', async () => {
      await booked('A1');
      await erp.book(basket('A1'));
      await answered('A1', 2);
      expect(erp.answers[1]).toEqual(erp.answers[0]);
      expect(await documentsOf(u8, 'A1')).toHaveLength(2);
    });

    it('books twice what nobody remembers to have booked, and finds it done', async () => {
      await booked('A1');
      const forgetful = startBooking(door.config(u8.url));
      await forgetful.book(basket('A1'));
      await until(() => forgetful.answers.length > 0, 'an answer to A1');
      expect(forgetful.answers).toEqual(erp.answers);
      expect(await documentsOf(u8, 'A1')).toHaveLength(2);
      await forgetful.stop();
    });

    it.each([
      ['unknown-customer', basket('A1', 0, { customerId: 'C-NOBODY' })],
      ['unknown-inventory', basket('A1', 0, { lines: basket('A1').lines.map((line) => ({ ...line, sku: 'P-NOTHING' })) })],
    ])('passes %s on in the words of U8 and leaves nothing behind', async (reason, order) => {
      await booked('A1', order);
      expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { orderId: 'A1', reason, detail: expect.stringContaining('不存在') } }]);
      expect(await documentsOf(u8, 'A1')).toEqual([]);
    });

    it('passes a refusal on that came after a lost answer, once nothing stands', async () => {
      u8.faults.add([{ match: door.writes.order, dropBeforeCommit: true, count: 3 }]);
      await booked('A1', basket('A1', 0, { customerId: 'C-NOBODY' }));
      expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { orderId: 'A1', reason: 'unknown-customer' } }]);
      expect(await documentsOf(u8, 'A1')).toEqual([]);
    });

    it('passes on that the period is closed', async () => {
      u8.change({ closedPeriods: [thisMonth()] });
      await booked('A1');
      expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'period-closed', detail: expect.stringContaining('已结账') } }]);
      expect(await documentsOf(u8, 'A1')).toEqual([]);
    });

    it('passes on that stock is short, and leaves nothing live', async () => {
      u8.change(door.mindsStock);
      const order = basket('A1');
      await booked('A1', { ...order, lines: order.lines.map((line) => ({ ...line, quantity: 9_999_999 })) });
      expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'insufficient-stock', detail: expect.stringContaining('可用量不足') } }]);
      expect(await live('A1')).toEqual([]);
    });

    it('takes the sales order back before it passes on that the receivable was refused', async () => {
      u8.faults.add([{ match: door.writes.receivable, body: door.no('应收单不允许录入') }]);
      await booked('A1');
      expect(erp.answers).toMatchObject([{ type: 'BookingRefused', value: { reason: 'erp-refused', detail: expect.stringContaining('应收单不允许录入') } }]);
      expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(door.orderTakenBack);
    });

    it.each(door.booking.filter((request) => !request.startsWith('GET')))('goes on where a killed process stopped: before %s', async (match) => {
      const memory = emptyMemory();
      const first = startBooking(door.config(u8.url), memory);
      u8.faults.add([{ match, dropBeforeCommit: true }]);
      await first.book(basket('A9', 2));
      await until(() => u8.faults.list().some(({ fired }) => fired > 0), 'the request was made');
      first.kill();
      await wait(300);
      u8.faults.clear();
      const second = startBooking(door.config(u8.url), memory);
      await until(() => second.answers.length > 0, 'an answer to A9', 20_000);
      expect(second.answers).toMatchObject([{ type: 'OrderBooked' }]);
      expect(stateOf(await documentsOf(u8, 'A9'))).toEqual(door.booked);
      await second.stop();
      void first.stop();
    }, 30_000);

    it('takes what an accountant has verified meanwhile as booked', async () => {
      u8.faults.add([{ match: door.writes.receivable, dropBeforeCommit: true }]);
      await erp.book(basket('A1'));
      await until(() => u8.faults.list().some(({ fired }) => fired > 0), 'the receivable was sent');
      const [saleOrder] = await documentsOf(u8, 'A1');
      if (saleOrder?.state === '开立') await accountant(u8.url, 'saleorder', 'verify', saleOrder.code);
      u8.faults.clear();
      await answered('A1');
      expect(answersTo('A1')).toEqual(['OrderBooked']);
      expect(stateOf(await documentsOf(u8, 'A1'))).toContain('saleorder 审核');
    });
  });

  describe('taking a booking back', () => {
    it('leaves no live document of a booked order, and says so every time', async () => {
      await booked('A1');
      await erp.unbook('A1');
      await answered('A1', 2);
      expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(door.takenBack);
      await erp.unbook('A1');
      await erp.book(basket('A1'));
      await answered('A1', 4);
      expect(answersTo('A1')).toEqual(['OrderBooked', 'OrderUnbooked', 'OrderUnbooked', 'BookingRefused']);
      expect(await live('A1')).toEqual([]);
    });

    it.each(door.takingBack)('goes on when the answer to %s is lost, is a proxy page, is half, or never begins', async (match) => {
      await booked('A1');
      u8.faults.add(ACCIDENTS.map((accident) => ({ match, ...accident, count: 1 })));
      await erp.unbook('A1');
      await answered('A1', 2);
      expect(answersTo('A1')).toEqual(['OrderBooked', 'OrderUnbooked']);
      expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(door.takenBack);
    });

    it('is done once more by whoever does not remember, and changes nothing', async () => {
      const memory = emptyMemory();
      const other = startBooking(door.config(u8.url), memory);
      await other.book(basket('A1'));
      await until(() => other.answers.length === 1, 'A1 is booked');
      await other.unbook('A1');
      await until(() => other.answers.length === 2, 'A1 is taken back');
      const before = await documentsOf(u8, 'A1');
      await memory.bookings.save({ kind: 'memory' }, new Map([['A1', { status: 'left-over', customerId: 'C', round: 1, answer: { type: 'unbooked' } }]]), 0);
      await other.unbook('A1');
      await until(() => other.answers.length === 3, 'A1 is taken back again');
      expect(other.answers.map(({ type }) => type)).toEqual(['OrderBooked', 'OrderUnbooked', 'OrderUnbooked']);
      expect(await documentsOf(u8, 'A1')).toEqual(before);
      await other.stop();
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
      u8.faults.add([{ match: door.writes.receivable, delayMs: 300, count: 1 }]);
      await erp.book(basket('A1'));
      await until(async () => (await documentsOf(u8, 'A1')).length === 1, 'the sales order is entered');
      await erp.unbook('A1');
      await answered('A1');
      expect(answersTo('A1')).toEqual(['OrderUnbooked']);
      expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(door.takenBack);
    });

    it('says so when U8 will not let go, and tries again when asked again', async () => {
      await booked('A1');
      u8.change({ closedPeriods: [thisMonth()] });
      await erp.unbook('A1');
      await answered('A1', 2);
      expect(erp.answers[1]).toMatchObject({ type: 'UnbookingRefused', value: { reason: 'period-closed' } });
      u8.change({ closedPeriods: [] });
      await erp.unbook('A1');
      await answered('A1', 3);
      expect(answersTo('A1')).toEqual(['OrderBooked', 'UnbookingRefused', 'OrderUnbooked']);
      expect(await live('A1')).toEqual([]);
    });
  });

  describe('bad days', () => {
    it('books 60 orders once each while a fifth of all calls go wrong, and undoes every third', async () => {
      u8.faults.add([
        { rate: 0.05, dropAfterCommit: true }, { rate: 0.05, dropBeforeCommit: true }, { rate: 0.04, status: 503 }, { rate: 0.02, garbage: true }, { rate: 0.02, half: true }, { rate: 0.02, delayMs: 400 },
      ]);
      const ids = Array.from({ length: 60 }, (_, index) => `B${index}`);
      await erp.book(...ids.map((id, index) => basket(id, index)));
      const undone = ids.filter((_, index) => index % 3 === 0);
      await erp.unbook(...undone);
      await until(() => ids.every((id) => answersTo(id).length > 0) && undone.every((id) => answersTo(id).at(-1) === 'OrderUnbooked'), 'every order is answered', 60_000);
      u8.faults.clear();
      for (const id of ids) expect([id, stateOf(await live(id))]).toEqual([id, undone.includes(id) ? [] : door.booked]);
    }, 90_000);

    it('books what was asked while U8 was away, once it is back', async () => {
      const { port } = u8;
      await u8.close();
      await erp.book(basket('A1'));
      await wait(300);
      expect(erp.answers).toEqual([]);
      u8 = await startU8({ port, sample });
      await answered('A1');
      expect(stateOf(await documentsOf(u8, 'A1'))).toEqual(door.booked);
    }, 30_000);
  });
});
