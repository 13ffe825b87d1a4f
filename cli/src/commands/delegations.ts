import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { exitCodes } from '../failure.ts';
import { answered, openDelegationDesk, type DelegationDesk } from '../gateway/delegations.ts';
import { delegationLines } from '../show/delegations.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

interface DelegateFlags extends GatewayFlags {
  readonly since?: string;
  readonly until: string;
  readonly reason: string;
}

const LOOK_EVERY_MS = 200;

/** `mesh approvals delegate`, `delegations` and `end-delegation`: who decides while somebody is away. */
export function addDelegations(approvals: Command, finish: (code: number) => void): void {
  const delegate = approvals.command('delegate').argument('<absent>', 'who is away').argument('<deputy>', 'who decides meanwhile').description('let a deputy decide while somebody is away')
    .requiredOption('--until <date>', 'until this day in Beijing, which is included, or this moment (2026-10-16T12:00:00+08:00)')
    .option('--since <date>', 'from this day in Beijing on, or this moment; now when absent')
    .option('--reason <words>', 'why', '');
  addGatewayOptions(delegate).action(async (absent: string, deputy: string, { since, until, reason, json, ...flags }: DelegateFlags) => {
    const desk = deskOf(flags);
    const stands = await answered(desk, await desk.delegate({ absent, deputy, until, reason, ...(since && { since }) }), () => sleep(LOOK_EVERY_MS));
    print(json, stands, () => delegationLines([stands]));
    if (stands.state === 'refused') finish(exitCodes.failed);
  });
  const list = approvals.command('delegations').description('who decides for whom, and until when');
  addGatewayOptions(list).action(async ({ json, ...flags }: GatewayFlags) => {
    const found = await deskOf(flags).list();
    print(json, found, () => delegationLines(found));
  });
  const end = approvals.command('end-delegation').argument('<id>', 'number of the delegation').description('the person is back: the deputy decides no more');
  addGatewayOptions(end).action(async (delegationId: string, { json, ...flags }: GatewayFlags) => {
    const desk = deskOf(flags);
    const stands = await answered(desk, await desk.end(delegationId), () => sleep(LOOK_EVERY_MS));
    print(json, stands, () => delegationLines([stands]));
  });
}

const deskOf = (flags: GatewayFlags): DelegationDesk => openDelegationDesk(gatewayUrl(flags), sessionOf(flags));
