import type { OrderLine } from '@order-mesh/contracts';
import type { PricingRecord } from './quote.ts';

const HUNDRED_PERCENT = 10_000n;

/** What a unit of a product costs the company, in fen, with the tax that prices have; null where the ERP names no cost. */
export type CostOf = (sku: string) => bigint | null;

/** The least price that keeps a margin of so many hundredths of a percent over a cost, in fen. */
export const leastPrice = (cost: bigint, margin: bigint): bigint => roundedUp(cost * HUNDRED_PERCENT, HUNDRED_PERCENT - margin);

/** So many hundredths of a percent of an amount, rounded up. */
export const leastPart = (amount: bigint, part: bigint): bigint => roundedUp(amount * part, HUNDRED_PERCENT);

const roundedUp = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;

/** What a line still costs, and what it has to. */
export interface Line {
  readonly line: OrderLine;
  readonly left: bigint;
  /** What the goods on it cost the company; null where that is not known. */
  readonly cost: bigint | null;
  readonly floor: Floor;
}

/** The least that is paid for a line, and the rule that says so; none where it is nothing. */
export interface Floor {
  readonly least: bigint;
  readonly keptBy: PricingRecord | null;
}

export const NO_FLOOR: Floor = { least: 0n, keptBy: null };

/** Both are kept where the higher one is. */
export const higher = (one: Floor, other: Floor): Floor => (other.least > one.least ? other : one);

/** From this quantity on U8's price of a unit, six decimals, is too coarse for any amount of a line: only whole fen a unit are taken off. */
const COARSE_FROM = 10_000;

/** What can be taken off a line without going below its floor. */
export const bearingOf = ({ line, left, floor: { least } }: Line): { readonly most: bigint; readonly step: bigint } =>
  ({ most: left > least ? left - least : 0n, step: line.quantity >= COARSE_FROM ? BigInt(line.quantity) : 1n });

/** What floors leave of an amount that was to be taken off these lines. */
export interface Cut {
  /** What is not taken off, in fen; 0 where they leave all of it. */
  readonly amount: bigint;
  readonly keptBy: readonly PricingRecord[];
}

/** What of an amount floors keep from being taken off; what is more than the lines cost does not count. */
export function cutOf(wanted: bigint, lines: readonly Line[]): Cut {
  const left = lines.reduce((sum, line) => sum + line.left, 0n);
  const bearable = lines.reduce((sum, line) => sum + bearingOf(line).most, 0n);
  const amount = (wanted < left ? wanted : left) - bearable;
  if (amount <= 0n) return { amount: 0n, keptBy: [] };
  return { amount, keptBy: [...new Set(lines.flatMap(({ floor: { keptBy } }) => (keptBy ? [keptBy] : [])))] };
}
