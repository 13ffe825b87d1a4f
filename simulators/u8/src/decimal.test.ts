import { extend, readAmount, readDecimal, withoutTax, withTax, writeAmount, writeDecimal } from './decimal.ts';

describe('numbers as U8 writes them', () => {
  it('reads and writes yuan to the fen', () => {
    expect(readAmount('494.0000')).toBe(49_400n);
    expect(writeAmount(49_400n)).toBe('494.0000');
    expect(writeAmount(-5n)).toBe('-0.0500');
  });

  it('refuses what is no number, and yuan finer than a fen', () => {
    expect(readDecimal('12a')).toBeUndefined();
    expect(readDecimal('1e9')).toBeUndefined();
    expect(readDecimal('0.12345678')).toBeUndefined();
    expect(readAmount('0.005')).toBeUndefined();
  });

  it('multiplies quantity and price exactly, half a fen rounds up', () => {
    expect(extend(3_000_000n, 2_950_000n)).toBe(885n);
    expect(extend(1_000_000n, 5_000n)).toBe(1n);
    expect(writeDecimal(12_500_000n)).toBe('12.5000');
  });

  it('takes tax out and puts it back on', () => {
    expect(withoutTax(11_300n, 13_000_000n)).toBe(10_000n);
    expect(withTax(10_000n, 13_000_000n)).toBe(11_300n);
  });
});
