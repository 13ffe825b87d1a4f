import fc from 'fast-check';
import { fen, fenFromYuan, marginOf, MAX_FEN, sumFen, timesFen, yuanFromFen } from './index.ts';

describe('Fen', () => {
  it('reads what U8 writes', () => {
    expect(fenFromYuan('494.0000')).toBe(49_400n);
    expect(fenFromYuan('12.5')).toBe(1_250n);
    expect(fenFromYuan('-0.05')).toBe(-5n);
  });

  it.each(['', '1.005', '1e3', '1,000', 'abc', '.5'])('refuses %p as yuan', (text) => {
    expect(() => fenFromYuan(text)).toThrow('BAD_AMOUNT');
  });

  it('refuses amounts beyond 2^53 and fractions of a fen', () => {
    expect(fen(MAX_FEN)).toBe(MAX_FEN);
    expect(() => fen(MAX_FEN + 1n)).toThrow('BAD_AMOUNT');
    expect(() => fen(0.5)).toThrow('BAD_AMOUNT');
    expect(() => timesFen(fen(MAX_FEN), 2)).toThrow('BAD_AMOUNT');
    expect(() => sumFen([fen(MAX_FEN), fen(1)])).toThrow('BAD_AMOUNT');
  });

  it('comes back from yuan as it went', () => {
    fc.assert(fc.property(fc.bigInt({ min: -MAX_FEN, max: MAX_FEN }), (amount) => fenFromYuan(yuanFromFen(fen(amount))) === amount));
  });
});

it('a margin is what is left of a price above the cost, rounded down, also below zero', () => {
  expect([marginOf(100n, 75n), marginOf(3n, 2n), marginOf(100n, 100n), marginOf(300n, 400n), marginOf(0n, 0n), marginOf(0n, 5n)]).toEqual([2_500n, 3_333n, 0n, -3_334n, 0n, -50_000n]);
});
