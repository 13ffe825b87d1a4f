import type { Values } from '@order-mesh/rules';

const HUNDRED_PERCENT = 10_000n;

/** What a line costs before anything is taken off. */
export interface ListLine {
  readonly quantity: number;
  readonly unitPrice: bigint;
  readonly amount: bigint;
}

/** What `price` says is off a line, in fen, rounded down; its floor is not looked at. */
export function offLine(said: Values, { quantity, unitPrice, amount }: ListLine): bigint {
  const [percentOff, buy, get] = [whole(said, 'percentOff'), whole(said, 'buy'), whole(said, 'get')];
  const free = buy + get > 0n ? (BigInt(quantity) / (buy + get)) * get * unitPrice : 0n;
  return free + ((amount - free) * percentOff) / HUNDRED_PERCENT;
}

/** What a `promotion` says is off an order of so much, in fen, rounded down; its budget is not looked at. */
export const offOrder = (said: Values, amount: bigint): bigint => whole(said, 'off') + (amount * whole(said, 'percentOff')) / HUNDRED_PERCENT;

/** What `rebate` says is off what is left, in fen, rounded down. */
export const rebateOn = (said: Values, amount: bigint): bigint => (amount * whole(said, 'percent')) / HUNDRED_PERCENT;

const whole = (values: Values, name: string): bigint => BigInt(Number(values[name] ?? 0));
