import { price } from '@order-mesh/rules';
import { costOfLines, pastLines } from './past-lines.ts';
import type { PricedLine, PricingRecord } from './quote.ts';

const moment = { now: 2, placedAt: 1 };
const tier: PricingRecord = { point: 'customer-tier', facts: { customerId: 'C1', region: '江苏', turnover: 0, orders: 0 }, moment, said: { tier: 'B' }, rule: 'b', hash: 'x' };
const line = (sku: string, quantity = 2, unitCost: bigint | null = 60n): PricedLine => ({ sku, quantity, unitPrice: 100n, unitCost });
const held: PricingRecord = {
  point: price.name, facts: { customerId: 'C1', region: '江苏', tier: 'B', sku: 'P1', quantity: 2, unitPrice: 100, margin: 4_000 }, moment, said: { percentOff: 500, buy: 0, get: 0, floor: 0 }, rule: 'five', hash: 'x',
};

describe('what was said of the lines of a past order', () => {
  it('is what is kept, and for every other line that no rule held', () => {
    expect(pastLines([line('P1'), line('P2'), line('P1'), line('P1', 3, null)], [tier, held])).toEqual([
      held, { facts: { ...held.facts, sku: 'P2' }, moment, said: { percentOff: 0, buy: 0, get: 0, floor: 0 }, rule: null }, held,
      { facts: { customerId: 'C1', region: '江苏', tier: 'B', sku: 'P1', quantity: 3, unitPrice: 100 }, moment, said: { percentOff: 0, buy: 0, get: 0, floor: 0 }, rule: null },
    ]);
  });

  it('is what is kept alone where the lines are not', () => {
    expect(pastLines([], [tier, held])).toEqual([held]);
  });
});

it('is known what lines cost when it is known of each', () => {
  expect([costOfLines([line('P1'), line('P2', 3)]), costOfLines([line('P1'), line('P2', 1, null)]), costOfLines([])]).toEqual([300n, undefined, undefined]);
});
