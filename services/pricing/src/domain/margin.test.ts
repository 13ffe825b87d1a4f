import fc from 'fast-check';
import { leastPrice, marginOf } from './margin.ts';

it('is what is left of a price above the cost, rounded down, also below zero', () => {
  expect([marginOf(100n, 75n), marginOf(3n, 2n), marginOf(100n, 100n), marginOf(300n, 400n), marginOf(0n, 0n), marginOf(0n, 5n)]).toEqual([2_500n, 3_333n, 0n, -3_334n, 0n, -50_000n]);
});

it('is kept by the least price, and by no lower one', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 1_000_000_000n }), fc.bigInt({ min: 0n, max: 9_900n }), (cost, margin) => {
    const least = leastPrice(cost, margin);
    expect(marginOf(least, cost)).toBeGreaterThanOrEqual(margin);
    expect(marginOf(least - 1n, cost)).toBeLessThan(margin);
  }));
});
