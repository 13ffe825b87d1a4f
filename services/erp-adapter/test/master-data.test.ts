import type { ReceivableChanged } from '@order-mesh/contracts';
import type { Outgoing } from '@order-mesh/messaging';
import type { Sample } from '@order-mesh/simulator';
import { startU8, type U8Simulator } from '@order-mesh/u8-simulator';
import { accountant, doors } from './doors.ts';
import { basket, documentsOf, sample, startBooking, startReading, until } from './scene.ts';

const receivables = (told: readonly Outgoing[]): readonly ReceivableChanged[] => told.flatMap((one) => (one.type === 'ReceivableChanged' ? [one.value] : []));
const sparse: Sample = {
  customers: [{
    id: 'C1', name: '华东文具', region: '', address: '', contactName: '', contactPhone: '', creditLimitFen: 0, paymentTermsDays: 0, signs: 'always',
    receivables: [{ documentNumber: 'AR-1', amountFen: 1, daysOverdue: 0 }],
  }],
  products: [{ sku: 'P1', name: 'PENCIL', unit: '', unitPriceFen: 0, onHand: 0, safetyStock: 0, warehouse: '01' }],
  orders: [],
};

describe.each(doors)('reading what U8 knows through %s', (_name, door) => {
  let u8: U8Simulator;
  let reading: ReturnType<typeof startReading>;

  const open = async (world: Sample) => {
    u8 = await startU8({ port: 0, sample: world });
    reading = startReading(door.config(u8.url), 200);
  };
  beforeEach(() => open(sample));
  afterEach(async () => {
    reading.close();
    await u8.close();
  });
  const reopen = async (world: Sample) => {
    reading.close();
    await u8.close();
    await open(world);
  };

  it('tells every customer, stock level and open receivable the first time, and nothing the second', async () => {
    const told = await reading.read();
    const counts = (type: string) => told.filter((one) => one.type === type).length;
    expect(counts('CustomerChanged')).toBe(sample.customers.length);
    expect(counts('StockLevelChanged')).toBe(sample.products.length);
    expect(counts('ProductCostChanged')).toBe(sample.products.filter(({ unitCostFen }) => unitCostFen !== undefined).length);
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

  it('reads what products cost, with the tax that prices have, rounded up, where somebody has entered it', async () => {
    const [product] = sample.products;
    if (!product) throw new Error('the sample has no product');
    await reopen({ customers: [], orders: [], products: [{ ...product, sku: 'P1', unitCostFen: 148 }, { ...product, sku: 'P2', unitCostFen: 100 }, { sku: 'P3', name: 'PENCIL', unit: '', unitPriceFen: 1, onHand: 0, safetyStock: 0, warehouse: '01' }] });
    const costs = (await reading.read()).filter(({ type }) => type === 'ProductCostChanged');
    expect(costs).toEqual([
      { type: 'ProductCostChanged', value: { sku: 'P1', unitCost: 168n, changedAt: expect.any(Number) } }, { type: 'ProductCostChanged', value: { sku: 'P2', unitCost: 113n, changedAt: expect.any(Number) } },
    ]);
  });

  it('tells nothing of empty lists', async () => {
    await reopen({ customers: [], products: [], orders: [] });
    expect(await reading.read()).toEqual([]);
    expect(await reading.read()).toEqual([]);
  });

  it('takes fields that U8 leaves out for empty or nothing', async () => {
    await reopen(sparse);
    expect(await reading.read()).toMatchObject([
      { type: 'ReceivableChanged', value: { receivableId: 'AR-1', customerId: 'C1', orderId: null, amount: 1n, open: 1n } },
      { type: 'CustomerChanged', value: { customerId: 'C1', region: '', creditLimit: 0n } },
      { type: 'StockLevelChanged', value: { sku: 'P1', onHand: 0, safetyStock: 0 } },
    ]);
  });

  it('follows the receivable of an order of ours once it is in force, and its end', async () => {
    await reading.read();
    const erp = startBooking(door.config(u8.url));
    const order = basket('A1');
    await erp.book(order);
    await until(() => erp.answers.length === 1, 'A1 is booked');
    const receivable = (await documentsOf(u8, 'A1')).find(({ kind }) => kind === 'oughtreceive');
    if (receivable?.state === '开立') {
      expect(await reading.read()).toEqual([]);
      await accountant(u8.url, 'oughtreceive', 'verify', receivable.code);
    }
    const [owed] = receivables(await reading.read());
    expect(owed).toMatchObject({ receivableId: receivable?.code, orderId: 'A1', customerId: order.customerId, amount: order.amount, open: order.amount });
    await accountant(u8.url, 'oughtreceive', 'unverify', receivable?.code ?? '');
    expect(receivables(await reading.read())).toMatchObject([{ receivableId: receivable?.code, orderId: 'A1', open: 0n }]);
    await erp.unbook('A1');
    await until(() => erp.answers.length === 2, 'A1 is unbooked');
    expect(receivables(await reading.read())).toEqual([]);
    await erp.stop();
  });

  it('says what is wrong when U8 is away, and goes on from where it was', async () => {
    await reading.read();
    u8.faults.add([{ match: door.stockList, status: 503, count: 3 }]);
    await expect(reading.read()).rejects.toThrow('PARTNER_UNREACHABLE');
    expect(await reading.read()).toEqual([]);
  });

  it.each([{ garbage: true }, { half: true }])('takes %j for no list at all', async (accident) => {
    u8.faults.add([{ match: door.stockList, ...accident, count: 3 }]);
    await expect(reading.read()).rejects.toThrow('PARTNER_UNREACHABLE');
    expect((await reading.read()).filter(({ type }) => type === 'StockLevelChanged')).toHaveLength(sample.products.length);
  });
});
