import { yuanFromFen } from '@order-mesh/kernel';
import { discountOf, fenFromDigits, linesTotal, lineTotal, type BookLine, type BookRequest } from '../../domain/booking-calls.ts';
import type { Refusal } from '../../domain/booking.ts';

/** A price in millionths of a yuan: U8 keeps six decimals of a price. */
export type Millionths = bigint;

const MILLIONTHS_A_FEN = 10_000n;

/** The price with tax that U8 works a line out from: quantity times it, rounded to fen, is what is to be paid for the line. */
export function priceWithTax(line: BookLine): Millionths {
  return roundedHalfUp(lineTotal(line) * MILLIONTHS_A_FEN, BigInt(line.quantity));
}

/** The prices of a line as U8 reads them. One that costs its list price tells no other. */
export function pricesWithTax(line: BookLine): { readonly taxunitprice: string; readonly quotedprice?: string } {
  const listed = yuanFromFen(fenFromDigits(line.unitPrice));
  return discountOf(line) === 0n ? { taxunitprice: listed } : { taxunitprice: sixDecimals(priceWithTax(line)), quotedprice: listed };
}

/**
 * Why an order can't be written down in U8 to the fen; undefined where it can. Six decimals do for every line of fewer than 10,000 units,
 * and for more where what is taken off is a whole number of fen a unit.
 */
export function unbookable({ lines, amount }: BookRequest): Refusal | undefined {
  const discounted = lines.filter(({ discounts }) => discounts !== undefined);
  if (discounted.length === 0) return undefined;
  const wrong = discounted.find((line) => lineTotal(line) < 0n || workedOut(line) !== lineTotal(line));
  if (wrong) return refused(`line ${wrong.lineNo}: ${yuanFromFen(lineTotal(wrong))} yuan for ${wrong.quantity} can't be written as a price with six decimals`);
  const total = linesTotal(lines);
  return total === fenFromDigits(amount) ? undefined : refused(`the lines less what is taken off come to ${yuanFromFen(total)} yuan, to be paid are ${yuanFromFen(fenFromDigits(amount))}`);
}

/** Writes millionths with six decimals: 1_500_000n is "1.500000". */
export function sixDecimals(value: Millionths): string {
  const digits = value.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** Divides what is not negative; half a unit rounds up. */
export function roundedHalfUp(value: bigint, divisor: bigint): bigint {
  return (value * 2n + divisor) / (divisor * 2n);
}

function workedOut(line: BookLine): bigint {
  return roundedHalfUp(priceWithTax(line) * BigInt(line.quantity), MILLIONTHS_A_FEN);
}

function refused(detail: string): Refusal {
  return { reason: 'unbookable-discount', detail };
}
