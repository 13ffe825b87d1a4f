import { Option, type Command } from 'commander';
import { eraseAt } from '../gateway/privacy.ts';
import { print } from '../show/print.ts';
import { erasureLines, heldLines } from '../show/privacy.ts';
import { whereabouts } from '../where.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

const EXAMPLES = `
Examples:
  mesh privacy export 801MS0000000001YAA --json               what is held of the contact of an order
  mesh privacy export --customer C0001 --json                 of all contacts of a customer
  mesh privacy erase 801MS0000000001YAA --reason "asked for by the contact, letter of 12 May"
  mesh privacy erase --customer C0001 --reason "no customer any more"

export reads the database itself (DATABASE_URL; else the mesh of this folder) and needs the master key of contacts; its output is personal data.
erase destroys the keys and cannot be undone. Erase in the CRM first: an order that it tells again comes in again. Nothing is erased while an order
under way needs the address.`;

interface OfFlags {
  readonly customer?: string;
}

interface ExportFlags extends OfFlags {
  readonly keyFile?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

type EraseFlags = GatewayFlags & OfFlags & { readonly reason: string };

/** `mesh privacy`: what is held of the persons that orders name, and how it is forgotten. */
export function addPrivacy(program: Command): void {
  const privacy = program.command('privacy').description('what is held of the contacts that orders name: hand it out, have it forgotten').addHelpText('after', EXAMPLES);
  addOf(privacy.command('export').description('all that is held, to be handed to whom it is about'))
    .option('--key-file <file>', 'the master key of contacts (PRIVACY_KEY_FILE, PRIVACY_KEY; else privacy.key in the folder of the mesh)')
    .option('--data-dir <folder>', 'folder of the running mesh', '.mesh')
    .option('--json', 'print JSON on standard output')
    .action(async (orderId: string | undefined, { json, customer, ...flags }: ExportFlags, command: Command) => {
      const [{ privacyKey }, { heldOf }] = await Promise.all([import('../privacy/key.ts'), import('../privacy/held.ts')]);
      const held = await heldOf(whose(orderId, customer, command), whereabouts(flags, process.env).databaseUrl, privacyKey(flags, process.env));
      print(json, { items: held }, () => heldLines(held));
    });
  addGatewayOptions(addOf(privacy.command('erase').description('have it forgotten: for the contact of an order, wherever that person is named at this customer, or for all of a customer')))
    .requiredOption('--reason <words>', 'why, for the audit log; name nobody in it')
    .action(async (orderId: string | undefined, { json, customer, reason, ...flags }: EraseFlags, command: Command) => {
      const erasure = await eraseAt(gatewayUrl(flags), sessionOf(flags), { of: whose(orderId, customer, command), reason });
      print(json, erasure, () => erasureLines(erasure));
    });
}

const addOf = (command: Command): Command => command.argument('[order]', 'number of the order').addOption(new Option('--customer <code>', 'all contacts of this customer'));

function whose(orderId: string | undefined, customerId: string | undefined, command: Command): { readonly orderId: string } | { readonly customerId: string } {
  if ((orderId === undefined) === (customerId === undefined)) command.error('error: name either an order or --customer');
  return orderId === undefined ? { customerId: customerId ?? '' } : { orderId };
}
