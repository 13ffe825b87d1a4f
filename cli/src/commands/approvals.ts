import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { openGateway, type Gateway } from '../gateway/gateway.ts';
import { approvalStatuses, type ApprovalStatus } from '../gateway/order.ts';
import { approvalLines } from '../show/orders.ts';
import { print } from '../show/print.ts';
import { whereabouts } from '../where.ts';
import { addDelegations } from './delegations.ts';
import { addGatewayOptions, type GatewayFlags } from './options.ts';

interface DecideFlags extends GatewayFlags {
  readonly by: string;
  readonly comment: string;
}

const EXAMPLES = `
Examples:
  mesh approvals list
  mesh approvals grant 801MS0000000001YAA:credit --by "Li Na" --comment "pays on Friday"
  mesh approvals deny 801MS0000000001YAA:credit
  mesh approvals delegate "Li Na" "Han Meimei" --until 2026-10-08 --reason "on leave"
  mesh approvals delegations`;

/** `mesh approvals`: what waits for a person's yes. */
export function addApprovals(program: Command): void {
  const approvals = program.command('approvals').description('see what waits for a decision, and decide it').addHelpText('after', EXAMPLES);
  const list = approvals.command('list').description('what waits for a decision')
    .addOption(new Option('--status <status>', 'those of another status').choices(approvalStatuses).default('open'));
  addGatewayOptions(list).action(async ({ status, json, ...flags }: GatewayFlags & { readonly status: ApprovalStatus }) => {
    const found = await gatewayOf(flags).approvals({ status });
    print(json, found, () => approvalLines(found));
  });
  addDecision(approvals, 'grant', 'granted');
  addDecision(approvals, 'deny', 'denied');
  addDelegations(approvals);
}

function addDecision(approvals: Command, verb: 'grant' | 'deny', decision: 'granted' | 'denied'): void {
  const command = approvals.command(verb).argument('<id>', 'number of the approval').description(verb === 'grant' ? 'overturn the refusal' : 'let the refusal stand')
    .option('--by <name>', 'who decides', userInfo().username)
    .option('--comment <words>', 'why', '');
  addGatewayOptions(command).action(async (approvalId: string, { by, comment, json, ...flags }: DecideFlags) => {
    const approval = await gatewayOf(flags).decide(approvalId, { decision, by, comment });
    print(json, approval, () => [`${approvalId} is told to be ${decision} by ${by}; "mesh orders show ${approval.orderId}" tells what follows`]);
  });
}

const gatewayOf = (flags: GatewayFlags): Gateway => openGateway(whereabouts(flags, process.env).gateway.at);
