import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { never } from '@order-mesh/kernel';
import { decideAll, type Outcome } from '../approvals/decide.ts';
import { exitCodes } from '../failure.ts';
import { openGateway, type Gateway } from '../gateway/gateway.ts';
import { approvalStatuses, type ApprovalStatus } from '../gateway/order.ts';
import { approvalLines } from '../show/orders.ts';
import { print } from '../show/print.ts';
import { addDelegations } from './delegations.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

interface DecideFlags extends GatewayFlags {
  readonly comment: string;
}

const EXAMPLES = `
Examples:
  mesh approvals list
  mesh approvals grant 801MS0000000001YAA:credit --as 李娜 --comment "pays on Friday"
  mesh approvals deny 801MS0000000001YAA:credit 801MS0000000002YAA:credit
  mesh approvals delegate "Li Na" "Han Meimei" --until 2026-10-08 --reason "on leave"
  mesh approvals delegations`;

/** `mesh approvals`: what waits for a person's yes. */
export function addApprovals(program: Command, finish: (code: number) => void): void {
  const approvals = program.command('approvals').description('see what waits for a decision, and decide it').addHelpText('after', EXAMPLES);
  const list = approvals.command('list').description('what waits for a decision')
    .addOption(new Option('--status <status>', 'those of another status').choices(approvalStatuses).default('open'));
  addGatewayOptions(list).action(async ({ status, json, ...flags }: GatewayFlags & { readonly status: ApprovalStatus }) => {
    const found = await gatewayOf(flags).approvals({ status });
    print(json, found, () => approvalLines(found));
  });
  addDecision(approvals, 'grant', { decision: 'granted', finish });
  addDecision(approvals, 'deny', { decision: 'denied', finish });
  addDelegations(approvals, finish);
}

const LOOK_EVERY_MS = 200;

function addDecision(approvals: Command, verb: 'grant' | 'deny', { decision, finish }: { readonly decision: 'granted' | 'denied'; readonly finish: (code: number) => void }): void {
  const command = approvals.command(verb).argument('<id...>', 'numbers of approvals').description(verb === 'grant' ? 'overturn refusals' : 'let refusals stand')
    .option('--comment <words>', 'why', '');
  addGatewayOptions(command).action(async (approvalIds: readonly string[], { comment, json, ...flags }: DecideFlags) => {
    const outcomes = await decideAll(gatewayOf(flags), approvalIds, { decision, comment, wait: () => sleep(LOOK_EVERY_MS) });
    print(json, outcomes, () => outcomes.map(outcomeLine));
    if (outcomes.some(({ outcome }) => outcome === 'not-taken')) finish(exitCodes.failed);
  });
}

function outcomeLine({ approvalId, outcome, detail }: Outcome): string {
  switch (outcome) {
    case 'granted': case 'denied': return `${approvalId} is ${outcome}`;
    case 'told': return `${approvalId} is told, and not answered yet; "mesh approvals list" shows whether it still waits`;
    case 'not-taken': return `${approvalId} is not decided: ${detail}`;
    default: return never(outcome);
  }
}

const gatewayOf = (flags: GatewayFlags): Gateway => openGateway(gatewayUrl(flags), sessionOf(flags));
