import type { Command } from 'commander';
import { MeshError } from '@order-mesh/kernel';
import { adoptionLines } from '../show/adoption.ts';
import { decisionLines } from '../show/decisions.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, type GatewayFlags } from './options.ts';
import { deskOf } from './rules-desk.ts';

interface AdoptionFlags extends GatewayFlags {
  readonly months: string;
}

/** What rules have decided, and who changes them. */
export function addRulesTold(rules: Command): void {
  const explain = rules.command('explain').argument('<order>', 'number of the order').description('every decision of rules on an order: which rule, in its words, on which facts');
  addGatewayOptions(explain).action(async (orderId: string, { json, ...flags }: GatewayFlags) => {
    const decisions = await deskOf(flags).decisions(orderId);
    print(json, decisions, () => decisionLines(orderId, decisions));
  });
  const adoption = rules.command('adoption').description('how far the business changes its rules itself, and how long a change takes')
    .option('--months <number>', 'so many, the present one included', '12');
  addGatewayOptions(adoption).action(async ({ months, json, ...flags }: AdoptionFlags) => {
    if (!/^\d{1,2}$/.test(months)) throw new MeshError('BAD_REQUEST', { advice: `--months is a whole number from 1 to 60, got "${months.slice(0, 40)}"` });
    const found = await deskOf(flags).adoption(Number(months));
    print(json, found, () => adoptionLines(found));
  });
}
