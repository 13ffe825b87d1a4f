import fc from 'fast-check';
import { shareOut } from './share.ts';

const bearing = fc.record({ most: fc.bigInt({ min: 0n, max: 1_000_000n }), step: fc.constantFrom(1n, 1n, 10_000n) });
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, one) => total + one, 0n);

it('shares out all that lines can bear, and no line more than it can, in its steps', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 3_000_000n }), fc.array(bearing, { minLength: 1, maxLength: 8 }), (amount, lines) => {
    const shares = shareOut(amount, lines);
    const bearable = sum(lines.map(({ most }) => most));
    lines.forEach(({ most, step }, index) => {
      const share = shares[index] ?? -1n;
      expect(share >= 0n && share <= most && share % step === 0n).toBe(true);
    });
    expect(sum(shares) <= amount).toBe(true);
    if (lines.every(({ step }) => step === 1n)) expect(sum(shares)).toBe(amount < bearable ? amount : bearable);
  }));
});

it('gives the odd fen to the lines that bear most, the same way each time', () => {
  expect(shareOut(100n, [{ most: 100n, step: 1n }, { most: 200n, step: 1n }, { most: 0n, step: 1n }])).toEqual([33n, 67n, 0n]);
  expect(shareOut(-5n, [{ most: 100n, step: 1n }])).toEqual([0n]);
  expect(shareOut(5n, [])).toEqual([]);
});
