import { percentile } from './percentile.ts';

const oneToTen = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

it.each([[0.5, 5], [0.95, 10], [0.99, 10], [0.1, 1], [0, 1], [1, 10]])('says which of ten lead times %d of the orders stay under', (share, expected) => {
  expect(percentile(oneToTen, share)).toBe(expected);
});

it('takes the 190th of 200 as p95 and the 198th as p99', () => {
  const twoHundred = Array.from({ length: 200 }, (_, index) => index + 1);
  expect(percentile(twoHundred, 0.95)).toBe(190);
  expect(percentile(twoHundred, 0.99)).toBe(198);
});

it('knows that one order is all of them, and none is nothing', () => {
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.5)).toBeNull();
});
