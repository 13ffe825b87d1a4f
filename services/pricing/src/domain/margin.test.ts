import fc from 'fast-check';
import { marginOf } from '@order-mesh/kernel';
import { leastPrice } from './margin.ts';

it('keeps a margin by the least price, and by no lower one', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 1_000_000_000n }), fc.bigInt({ min: 0n, max: 9_900n }), (cost, margin) => {
    const least = leastPrice(cost, margin);
    expect(marginOf(least, cost)).toBeGreaterThanOrEqual(margin);
    expect(marginOf(least - 1n, cost)).toBeLessThan(margin);
  }));
});
