import type { ReceivableChanged } from '@order-mesh/contracts';
import type { Outgoing } from '@order-mesh/messaging';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { basket, sample, startBooking, startReading, until } from './scene.ts';

let u8: U8Simulator;
let reading: ReturnType<typeof startReading>;

beforeEach(async () => {
  u8 = await startU8({ port: 0, sample });
  reading = startReading(u8.url, 200);
});
afterEach(async () => {
  reading.close();
  await u8.close();
});

const receivables = (told: readonly Outgoing[]): readonly ReceivableChanged[] => told.flatMap((one) => (one.type === 'ReceivableChanged' ? [one.value] : []));

describe('reading what U8 knows', () => {
  it('tells every customer, stock level and open receivable the first time, and nothing the second', async () => {
    const told = await reading.read();
    const counts = (type: string) => told.filter((one) => one.type === type).length;
    expect(counts('CustomerChanged')).toBe(sample.customers.length);
    expect(counts('StockLevelChanged')).toBe(sample.products.length);
    expect(counts('ReceivableChanged')).toBe(sample.customers.flatMap((customer) => customer.receivables).length);
    expect(await reading.read()).toEqual([]);
  });

  it('reads credit limits, stock with safety levels and debts as U8 has them', async () => {
    const told = await reading.read();
    const [product] = sample.products;
    const debtor = sample.customers.find((customer) => customer.receivables.length > 0);
    expect(told).toContainEqual({ type: 'StockLevelChanged', value: {
      sku: product?.sku, warehouse: expect.any(String), onHand: product?.onHand, safetyStock: product?.safetyStock, changedAt: expect.any(Number),
    } });
    expect(told).toContainEqual({ type: 'CustomerChanged', value: {
      customerId: debtor?.id, name: debtor?.name, region: debtor?.region, creditLimit: BigInt(debtor?.creditLimitFen ?? 0), changedAt: expect.any(Number),
    } });
    const debt = debtor?.receivables[0];
    const owed = receivables(told).find(({ receivableId }) => receivableId === debt?.documentNumber);
    expect(owed).toMatchObject({ customerId: debtor?.id, orderId: null, amount: BigInt(debt?.amountFen ?? 0), open: BigInt(debt?.amountFen ?? 0) });
    const daysOverdue = (Date.now() - (owed?.dueAt ?? 0)) / 86_400_000;
    expect(Math.floor(daysOverdue)).toBe(debt?.daysOverdue);
  });

  it('follows the receivable of an order of ours, and its end', async () => {
    await reading.read();
    const erp = startBooking(u8.url);
    const order = basket('A1');
    await erp.book(order);
    await until(() => erp.answers.length === 1, 'A1 is booked');
    const [booked] = receivables(await reading.read());
    expect(booked).toMatchObject({ orderId: 'A1', customerId: order.customerId, amount: order.amount, open: order.amount });
    await erp.unbook('A1');
    await until(() => erp.answers.length === 2, 'A1 is unbooked');
    expect(receivables(await reading.read())).toMatchObject([{ receivableId: booked?.receivableId, orderId: 'A1', open: 0n }]);
    await erp.stop();
  });

  it('says what is wrong when U8 is away, and goes on from where it was', async () => {
    await reading.read();
    u8.faults.add([{ match: 'currentstock', status: 503, count: 3 }]);
    await expect(reading.read()).rejects.toThrow('PARTNER_UNREACHABLE');
    expect(await reading.read()).toEqual([]);
  });
});
