import fc from 'fast-check';
import { customer, deskWith, firstOrder } from '../../test/scene.ts';
import { ANOMALY, CUSTOMERS, ORDERS, play, step, type Desk, type Step } from '../../test/story.ts';

async function after(story: readonly Step[]): Promise<Desk> {
  const desk = await deskWith([firstOrder(6_000), ANOMALY]);
  await desk.masterData(...CUSTOMERS.map(customer));
  await play(story, desk);
  return desk;
}

async function standing(desk: Desk) {
  const quotes = await Promise.all(ORDERS.map(desk.quoteOf));
  return quotes.flatMap((quote) => (quote?.status === 'priced' ? [quote] : []));
}

describe('laws of pricing', () => {
  it('a budget is booked with what orders that stand were given, and no more than it allows', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const desk = await after(story);
      const claims = (await standing(desk)).flatMap(({ price: { claim } }) => (claim ? [claim] : []));
      const spent = claims.reduce((sum, { amount }) => sum + amount, 0n);
      expect((await desk.budget())?.spent ?? 0n).toBe(spent);
      if (claims.length > 0 && claims.every(({ budget }) => budget > 0n)) expect(claims.some(({ budget }) => spent <= budget)).toBe(true);
    }));
  });

  it('a customer is booked with its orders that stand, and has one first order at most', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      const desk = await after(story);
      const quotes = await standing(desk);
      for (const customerId of CUSTOMERS) {
        const own = quotes.filter((quote) => quote.customerId === customerId);
        expect(await desk.customer(customerId)).toMatchObject({ orders: own.length, amount: own.reduce((sum, { price: { amount } }) => sum + amount, 0n) });
        expect(own.filter(({ price: { isFirst } }) => isFirst).length).toBeLessThanOrEqual(1);
      }
    }));
  });

  it('what an order costs is its list prices less what is taken off its lines, never less than nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (story) => {
      for (const { price: { listAmount, amount, discounts } } of await standing(await after(story))) {
        expect(amount).toBe(listAmount - discounts.reduce((sum, one) => sum + one.amount, 0n));
        expect(amount).toBeGreaterThanOrEqual(0n);
      }
    }));
  });

  it('nothing is spent and nobody has ordered once every price was taken back', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (story) => {
      const desk = await after([...story, ...ORDERS.map((orderId) => ({ do: 'release' as const, orderId }))]);
      expect((await desk.budget())?.spent ?? 0n).toBe(0n);
      for (const customerId of CUSTOMERS) expect(await desk.customer(customerId)).toMatchObject({ orders: 0, amount: 0n, firstOrder: null });
    }));
  });
});
