import { MeshError } from './errors.ts';

declare const fenBrand: unique symbol;

/** An amount in CNY minor units (1 yuan = 100 fen). Whole, at most 2^53 - 1 either way, so that it survives every JSON reader. */
export type Fen = bigint & { readonly [fenBrand]: true };

export const MAX_FEN = 2n ** 53n - 1n;

/** Takes a whole number of fen. Throws BAD_AMOUNT beyond 2^53 - 1 or for a fraction. */
export function fen(amount: bigint | number): Fen {
  if (typeof amount === 'number' && !Number.isSafeInteger(amount)) throw badAmount(String(amount));
  const value = BigInt(amount);
  if (value > MAX_FEN || value < -MAX_FEN) throw badAmount(String(amount));
  return value as Fen;
}

const YUAN = /^(-?)(\d+)(?:\.(\d{1,2})0*)?$/;

/** Reads yuan as partners write them ("494.0000", "12.5"). Throws BAD_AMOUNT for anything finer than a fen. */
export function fenFromYuan(text: string): Fen {
  const match = YUAN.exec(text.trim());
  if (!match) throw badAmount(text);
  const [, sign, yuan = '0', cents = ''] = match;
  const value = BigInt(yuan) * 100n + BigInt(cents.padEnd(2, '0'));
  return fen(sign === '-' ? -value : value);
}

/** Writes yuan with two decimals: `fen(-105n)` is "-1.05". */
export function yuanFromFen(amount: Fen): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Adds up; throws BAD_AMOUNT when the total leaves the range. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return fen(total);
}

/** Price per unit times a whole count; throws BAD_AMOUNT when the product leaves the range or the count is not whole. */
export function timesFen(unitPrice: Fen, count: number): Fen {
  if (!Number.isSafeInteger(count)) throw badAmount(`${unitPrice} x ${count}`);
  return fen(unitPrice * BigInt(count));
}

function badAmount(shown: string): MeshError {
  return new MeshError('BAD_AMOUNT', { advice: `give a whole number of fen within ±(2^53 - 1), got ${shown.slice(0, 40)}` });
}

const HUNDRED_PERCENT = 10_000n;

/** What of a price is left above the cost, in hundredths of a percent, rounded down; below zero where the price does not pay it. */
export function marginOf(price: bigint, cost: bigint): bigint {
  const left = (price - cost) * HUNDRED_PERCENT;
  const divisor = price > 0n ? price : 1n;
  return left >= 0n ? left / divisor : (left - divisor + 1n) / divisor;
}
