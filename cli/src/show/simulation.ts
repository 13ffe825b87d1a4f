import { fen } from '@order-mesh/kernel';
import { valuesInWords, type DecisionPoint } from '@order-mesh/rules';
import colors from 'picocolors';
import type { Simulation } from '../gateway/rules.ts';
import { shownYuan } from './money.ts';
import { table } from './text.ts';

const ASKS_A_PERSON = 'ask';
const yuan = (amountFen: string): string => (/^-?\d+$/.test(amountFen) ? shownYuan(fen(BigInt(amountFen))) : amountFen);

/** How far a simulation is, in one line. */
export const simulationProgress = ({ checked, total, changed }: Simulation): string => `${checked} of ${total} past decisions looked at, ${changed} would be others`;

/** What rules would have changed: orders, money, approvals that they would have caused, and some examples. */
export function simulationLines(point: DecisionPoint, { state, detail, checked, changed, outcomes, examples }: Simulation): readonly string[] {
  if (state === 'refused') return [colors.red(`cannot be simulated: ${detail}`)];
  const others = outcomes.filter(({ was, would }) => was !== would);
  const asks = (of: 'was' | 'would'): number => outcomes.reduce((sum, outcome) => sum + (outcome[of] === ASKS_A_PERSON ? outcome.orders : 0), 0);
  const more = asks('would') - asks('was');
  return [
    changed === 0 ? colors.green(`nothing would change, in ${checked} past decisions`) : colors.bold(`${changed} of ${checked} past decisions would be others`),
    ...(others.length === 0 ? [] : table([['was', 'would be', 'orders', 'CNY'], ...others.map(({ was, would, orders, amount }) => [was, would, String(orders), yuan(amount)])]).map((line) => `  ${line}`)),
    ...(checked === 0 ? ['no past decisions of that time are kept'] : [`approvals asked for: ${asks('would')} instead of ${asks('was')}${more === 0 ? '' : ` (${more > 0 ? '+' : ''}${more})`}`]),
    ...(examples.length === 0 ? [] : ['', 'for instance']),
    ...examples.slice(0, 5).map(({ orderId, was, would, rule, facts }) => `  ${orderId}: ${was} would be ${would} by ${rule ?? 'no rule'} (${valuesInWords(point.inputs, facts)})`),
  ];
}
