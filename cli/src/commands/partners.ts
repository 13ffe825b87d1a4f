import type { Command } from 'commander';
import { openPartnerDesk, type PartnerDesk } from '../gateway/partners.ts';
import { partnerLedgerLines, partnerLines } from '../show/partners.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

type ActFlags = GatewayFlags;

const EXAMPLES = `
Examples:
  mesh partners                                         how U8, Salesforce, the e-sign provider, the carrier and WeCom are, and what waits for them, by ledger
  mesh partners pause u8 --note "upgraded until six"    no call goes there; what waits is kept
  mesh partners resume u8                               calls go on, slowly at first

A partner in trouble is noticed and spared by itself; nobody has to pause it.`;

/** `mesh partners`: the systems outside, how they are, and stopping the calls by hand. */
export function addPartners(program: Command): void {
  const partners = program.command('partners').description('the systems outside that the mesh calls: how they are; pause and resume the calls').addHelpText('after', EXAMPLES);
  const list = partners.command('list', { isDefault: true }).description('each system, how it is, what waits for it and how fast it answers (as "mesh partners" alone)');
  addGatewayOptions(list).action(async ({ json, ...flags }: GatewayFlags) => {
    const found = await deskOf(flags).list();
    print(json, found, () => [...partnerLines(found), ...partnerLedgerLines(found)]);
  });
  const pause = partners.command('pause').argument('<system>', 'as "mesh partners" names it').description('stop the calls; those under way end, the others wait until their own deadlines')
    .option('--note <words>', 'why', '');
  addGatewayOptions(pause).action(async (system: string, { note, json, ...flags }: ActFlags & { readonly note: string }) => {
    const found = await deskOf(flags).pause(system, note);
    print(json, found, () => [`calls to ${system} stop within a second; "mesh partners resume ${system}" has them go on`, ...partnerLines(found)]);
  });
  const resume = partners.command('resume').argument('<system>', 'as "mesh partners" names it').description('have the calls go on, slowly at first');
  addGatewayOptions(resume).action(async (system: string, { json, ...flags }: ActFlags) => {
    const found = await deskOf(flags).resume(system);
    print(json, found, () => [`calls to ${system} go on`, ...partnerLines(found)]);
  });
}

const deskOf = (flags: GatewayFlags): PartnerDesk => openPartnerDesk(gatewayUrl(flags), sessionOf(flags));
