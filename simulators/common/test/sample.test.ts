import { loadSample, type SampleOrder } from '../src/index.ts';

describe('the sample world', () => {
  const { customers, products, orders } = loadSample();
  const customerOf = new Map(customers.map((customer) => [customer.id, customer]));
  const productOf = new Map(products.map((product) => [product.sku, product]));

  const amount = (order: SampleOrder) => order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceFen, 0);
  const reasons: Readonly<Record<string, (order: SampleOrder) => boolean>> = {
    overdue: (order) => customerOf.get(order.customerId)?.receivables.some((item) => item.daysOverdue > 45) === true,
    overLimit: (order) => {
      const customer = customerOf.get(order.customerId);
      const open = customer?.receivables.reduce((sum, item) => sum + item.amountFen, 0) ?? 0;
      return open + amount(order) > (customer?.creditLimitFen ?? 0);
    },
    outOfStock: (order) => order.lines.some((line) => productOf.get(line.sku)?.onHand === 0),
    overseas: (order) => customerOf.get(order.customerId)?.region === '海外',
    refusesToSign: (order) => customerOf.get(order.customerId)?.signs === 'refuses',
  };

  it('has a customer and a product for every one of 400 orders, in whole quantities at a price', () => {
    expect(orders).toHaveLength(400);
    expect(new Set(orders.map((order) => order.number)).size).toBe(400);
    for (const order of orders) {
      expect(customerOf.has(order.customerId)).toBe(true);
      expect(order.lines.length).toBeGreaterThan(0);
      for (const line of order.lines) {
        expect(productOf.has(line.sku)).toBe(true);
        expect(Number.isSafeInteger(line.quantity) && line.quantity > 0).toBe(true);
        expect(Number.isSafeInteger(line.unitPriceFen) && line.unitPriceFen > 0).toBe(true);
      }
    }
  });

  it.each([[0, 200], [200, 400]])('lets most of orders %i to %i through and stops some for each reason', (from, to) => {
    const half = orders.slice(from, to);
    const count = (reason: string) => half.filter(reasons[reason] ?? (() => false)).length;
    expect(Object.fromEntries(Object.keys(reasons).map((reason) => [reason, count(reason)])))
      .toEqual({ overdue: 4, overLimit: 5, outOfStock: 5, overseas: 5, refusesToSign: 4 });
    expect(half.filter((order) => Object.values(reasons).every((stops) => !stops(order)))).toHaveLength(177);
  });

  it('has stock and credit for all its ordinary orders, even twenty times over', () => {
    const sold = new Map<string, number>();
    for (const { sku, quantity } of orders.flatMap((order) => order.lines)) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
    for (const product of products.filter(({ onHand }) => onHand > 0)) expect(product.onHand).toBeGreaterThanOrEqual((sold.get(product.sku) ?? 0) * 20);
  });
});
