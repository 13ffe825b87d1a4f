import type { SimulatedPoint } from '@order-mesh/rulebook';
import { creditControl } from '@order-mesh/rules';

/** How past decisions of credit are told when they are looked at again: the verdict, and what the order comes to. */
export const simulatedPoints: readonly SimulatedPoint[] = [
  { point: creditControl, tell: (facts, { said }) => ({ word: String(said['verdict']), amount: BigInt(facts['amount'] ?? 0), given: null }) },
];
