/** A quantity or a price in millionths of its unit; U8 itself writes every number as text. */
export type Millionths = bigint;

/** An amount in fen, as everywhere in the mesh. */
export type AmountFen = bigint;

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,10}))?$/;

/** Reads a number as U8's callers write it ("12", "0.5", "494.0000"); undefined when it is none. Digits beyond the sixth must be zero. */
export function readDecimal(text: string | undefined): Millionths | undefined {
  const match = DECIMAL.exec(text ?? '');
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(6))) return undefined;
  const value = BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
  return sign === '-' ? -value : value;
}

/** Reads yuan; undefined when it is no number or finer than a fen. */
export function readAmount(text: string | undefined): AmountFen | undefined {
  const value = readDecimal(text);
  return value === undefined || value % 10_000n !== 0n ? undefined : value / 10_000n;
}

/** Writes millionths with four decimals, the way U8 shows quantities and prices. */
export function writeDecimal(value: Millionths): string {
  return withPoint(roundedDivision(value, 100n), 4);
}

/** Writes fen as yuan with U8's four decimals: 49400 is "494.0000". */
export function writeAmount(fen: AmountFen): string {
  return withPoint(fen * 100n, 4);
}

/** Quantity times price in whole fen, half a fen rounds up. */
export function extend(quantity: Millionths, price: Millionths): AmountFen {
  return roundedDivision(quantity * price, 10_000_000_000n);
}

/** Takes the tax out of an amount that contains it; the rate is in percent. */
export function withoutTax(sum: AmountFen, ratePercent: Millionths): AmountFen {
  return roundedDivision(sum * 100_000_000n, 100_000_000n + ratePercent);
}

/** Puts the tax on top of a net amount; the rate is in percent. */
export function withTax(money: AmountFen, ratePercent: Millionths): AmountFen {
  return roundedDivision(money * (100_000_000n + ratePercent), 100_000_000n);
}

function roundedDivision(value: bigint, divisor: bigint): bigint {
  return value < 0n ? -roundedDivision(-value, divisor) : (value + divisor / 2n) / divisor;
}

function withPoint(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
