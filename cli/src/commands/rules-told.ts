import type { Command } from 'commander';
import { decisionLines } from '../show/decisions.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, type GatewayFlags } from './options.ts';
import { deskOf } from './rules-desk.ts';

/** What rules have decided. */
export function addRulesTold(rules: Command): void {
  const explain = rules.command('explain').argument('<order>', 'number of the order').description('every decision of rules on an order: which rule, in its words, on which facts');
  addGatewayOptions(explain).action(async (orderId: string, { json, ...flags }: GatewayFlags) => {
    const decisions = await deskOf(flags).decisions(orderId);
    print(json, decisions, () => decisionLines(orderId, decisions));
  });
}
