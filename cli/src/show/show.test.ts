import { fen } from '@order-mesh/kernel';
import { shownYuan } from './money.ts';
import { fit, table, widthOf } from './text.ts';
import { shownClock, shownDuration, shownInstant } from './time.ts';

it('shows amounts in yuan with commas', () => {
  expect([fen(0), fen(105), fen(123_456_780), fen(-100_000_00)].map(shownYuan)).toEqual(['0.00', '1.05', '1,234,567.80', '-100,000.00']);
});

it('shows times as a clock in Shanghai shows them', () => {
  expect(shownInstant(Date.UTC(2026, 1, 28, 17, 30, 5))).toBe('2026-03-01 01:30:05');
  expect(shownClock(Date.UTC(2026, 2, 1, 1, 2, 3, 7))).toBe('09:02:03.007');
});

it.each([[85, '85 ms'], [3_240, '3.2 s'], [245_000, '4 min 5 s'], [7_380_000, '2 h 3 min']])('says %d ms as %s', (elapsed, words) => {
  expect(shownDuration(elapsed)).toBe(words);
});

it('keeps columns straight with Chinese names, which take two columns a character', () => {
  expect(widthOf('海昌 Co')).toBe(7);
  expect(fit('福建海昌百货', 8)).toBe('福建海… ');
  expect([fit('海', 4), fit('abcdef', 4), fit('ab', 4)].map(widthOf)).toEqual([4, 4, 4]);
  expect(table([['name', 'n'], ['海昌', '1'], ['x', '20']])).toEqual(['name  n', '海昌  1', 'x     20']);
});
