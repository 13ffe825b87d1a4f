import type { SimulatedPoint, Told } from '@order-mesh/rulebook';
import { orderAnomaly, price, promotion, rebate, type Values } from '@order-mesh/rules';
import { offLine, offOrder, rebateOn } from '../domain/given.ts';

/** How past decisions about prices are told when they are looked at again: by the rule that took something off, and how much; of anomalies the verdict. */
export const simulatedPoints: readonly SimulatedPoint[] = [
  { point: promotion, tell: (facts, { said, rule }) => takenOff(rule, amountIn(facts), atMost(amountIn(facts), offOrder(said, amountIn(facts)))) },
  { point: rebate, tell: (facts, { said, rule }) => takenOff(rule, amountIn(facts), rebateOn(said, amountIn(facts))) },
  {
    point: price,
    tell: (facts, { said, rule }) => {
      const [quantity, unitPrice] = [Number(facts['quantity'] ?? 0), BigInt(Number(facts['unitPrice'] ?? 0))];
      const amount = BigInt(quantity) * unitPrice;
      return takenOff(rule, amount, offLine(said, { quantity, unitPrice, amount }));
    },
    leavesOut: 'of orders that were refused, or priced before their lines were kept, only lines on which a rule of price held are looked at',
  },
  { point: orderAnomaly, tell: (facts, { said }) => ({ word: String(said['verdict']), amount: amountIn(facts), given: null }) },
];

const takenOff = (rule: string | null, amount: bigint, given: bigint): Told => ({ word: given > 0n ? rule : null, amount, given });

const amountIn = (facts: Values): bigint => BigInt(Number(facts['amount'] ?? 0));

const atMost = (most: bigint, amount: bigint): bigint => (amount < most ? amount : most);
