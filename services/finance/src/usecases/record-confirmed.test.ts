import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { confirmed, financeDesk, NOON, numbers, rejected, seriesOf } from '../../test/scene.ts';

describe('recording confirmed orders', () => {
  it('enters an order of 12,300.00 CNY under number 1, and says that the ERP agrees', async () => {
    const desk = financeDesk();
    expect(await desk.orders(confirmed('O1'))).toEqual([{
      type: 'OrderRecorded',
      value: {
        orderId: 'O1', series: 1, entryNo: 1, customerId: 'C1', customerName: '华东文具有限公司', region: 'East', amount: 1_230_000n, bookedAmount: 1_230_000n, agrees: true,
        saleOrderCode: 'SO1', receivableCode: 'AR1', contractId: 'K1', waybill: 'SF1', placedAt: NOON - 60_000, confirmedAt: NOON - 1_000, recordedAt: NOON, discount: 0n,
      },
    }]);
    expect(desk.errors).toEqual([]);
  });

  it('has an entry measured once, however often it is confirmed', async () => {
    const desk = financeDesk();
    await desk.orders(confirmed('O1'), confirmed('O3'));
    await desk.orders(confirmed('O1'));
    expect(desk.entered).toEqual(['O1', 'O3']);
  });

  it('records a difference of one fen as a disagreement, and calls for help', async () => {
    const desk = financeDesk();
    expect(await desk.orders(confirmed('O1', { bookedAmount: fen(1_229_999n) }))).toMatchObject([{ value: { agrees: false, bookedAmount: 1_229_999n } }]);
    expect(desk.errors).toEqual(['ERP booked another amount than is to be paid']);
  });

  it('records what is to be paid and what was taken off; the ERP agrees when it booked what is to be paid', async () => {
    const desk = financeDesk();
    const cheaper = { amount: fen(1_200_000), discount: fen(30_000), bookedAmount: fen(1_200_000) };
    expect(await desk.orders(confirmed('O1', cheaper))).toMatchObject([{ value: { amount: 1_200_000n, discount: 30_000n, bookedAmount: 1_200_000n, agrees: true } }]);
    expect(await desk.orders(confirmed('O3', { ...cheaper, bookedAmount: fen(1_230_000) }))).toMatchObject([{ value: { agrees: false } }]);
    expect(desk.errors).toEqual(['ERP booked another amount than is to be paid']);
  });

  it('numbers without gaps over batches, and leaves other news of orders alone', async () => {
    const desk = financeDesk();
    expect(numbers(await desk.orders(confirmed('O1'), rejected('O2'), confirmed('O3'), confirmed('O6')))).toEqual(['1-1', '1-2', '2-1']);
    expect(await desk.orders(rejected('O4'))).toEqual([]);
    expect(numbers(await desk.orders(confirmed('O5'), confirmed('O8')))).toEqual(['1-3', '2-2']);
  });

  it('tells the same entry again when an order is confirmed again, in the same batch or later', async () => {
    const desk = financeDesk();
    const [first, again] = await desk.orders(confirmed('O1'), confirmed('O1'), confirmed('O2'));
    expect(again).toEqual(first);
    expect(await desk.orders(confirmed('O1'))).toEqual([first]);
    expect(numbers(await desk.orders(confirmed('O3')))).toEqual(['1-2']);
  });

  it('keeps the first entry when an order is confirmed again with another amount, and calls for help', async () => {
    const desk = financeDesk();
    const first = await desk.orders(confirmed('O1'));
    expect(await desk.orders(confirmed('O1', { amount: fen(1n), bookedAmount: fen(1n) }))).toEqual(first);
    expect(desk.errors).toEqual(['order confirmed again with other amounts']);
  });
});

it('law: however confirmations repeat and are cut into batches, each order has one number and the numbers of each series are 1..n', async () => {
  const batches = fc.array(fc.array(fc.constantFrom('O1', 'O2', 'O3', 'O4', 'O5', 'O6'), { maxLength: 6 }), { maxLength: 8 });
  await fc.assert(fc.asyncProperty(batches, async (story) => {
    const desk = financeDesk();
    const entryNos = new Map<string, Set<string>>();
    for (const batch of story) {
      for (const { type, value } of await desk.orders(...batch.map((orderId) => confirmed(orderId)))) {
        if (type === 'OrderRecorded') entryNos.set(value.orderId, (entryNos.get(value.orderId) ?? new Set()).add(`${value.series}-${value.entryNo}`));
      }
    }
    const all = [...entryNos.values()].flatMap((numbersOfOrder) => [...numbersOfOrder]).sort();
    const ordersOf = (series: number) => [...entryNos.keys()].filter((orderId) => seriesOf(orderId) === series);
    expect(all).toEqual([1, 2].flatMap((series) => ordersOf(series).map((_, index) => `${series}-${index + 1}`)));
  }));
});
