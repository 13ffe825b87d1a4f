import { Argument, Option, type Command } from 'commander';
import { caseDecisions, caseStatuses, openCaseDesk, type CaseDecision, type CaseDesk, type CaseStatus } from '../gateway/cases.ts';
import { caseLines, caseStory } from '../show/cases.ts';
import { print } from '../show/print.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, wholeNumber, type GatewayFlags } from './options.ts';

interface ListFlags extends GatewayFlags {
  readonly status?: CaseStatus;
  readonly overdue?: true;
  readonly owner?: string;
  readonly assignee?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const EXAMPLES = `
Examples:
  mesh cases                                what waits for a person, most urgent first
  mesh cases --overdue
  mesh cases show 801MS0000000001YAA
  mesh cases assign 801MS0000000001YAA "Li Na"
  mesh cases resolve 801MS0000000001YAA retry-undo --reason "the carrier says it can be called off now"

Decisions: retry-undo has the undo tried again; undone-by-hand says that it was done outside; both lead the order to its proper end.
accept leaves everything as it is.`;

/** `mesh cases`: orders that need a person. */
export function addCases(program: Command): void {
  const cases = program.command('cases').description('orders that need a person: see them, assign them, decide').addHelpText('after', EXAMPLES);
  addList(cases);
  const show = cases.command('show').argument('<order>', 'number of the order').description('one case with its evidence: all that happened to the order');
  addGatewayOptions(show).action(async (orderId: string, { json, ...flags }: GatewayFlags) => {
    const story = await deskOf(flags).show(orderId);
    print(json, story, () => caseStory(story));
  });
  const assign = cases.command('assign').argument('<order>', 'number of the order').argument('<person>', 'who shall look after it').description('have a person look after it');
  addGatewayOptions(assign).action(async (orderId: string, person: string, { json, ...flags }: GatewayFlags) => {
    const one = await deskOf(flags).assign(orderId, person);
    print(json, one, () => [`${person} is asked to look after the case of order ${orderId}`]);
  });
  addResolve(cases);
}

function addList(cases: Command): void {
  const list = cases.command('list', { isDefault: true }).description('what waits for a person, most urgent first (as "mesh cases" alone)')
    .addOption(new Option('--status <status>', 'those of one status; all but the closed ones when absent').choices(caseStatuses))
    .option('--overdue', 'only those past their deadline')
    .option('--owner <role>', 'only those of this role')
    .option('--assignee <person>', 'only those this person looks after')
    .option('--limit <count>', 'how many, at most 200', wholeNumber, 50)
    .option('--cursor <cursor>', 'the page after another one; its end tells the cursor');
  addGatewayOptions(list).action(async ({ status, overdue, owner, assignee, limit, cursor, json, ...flags }: ListFlags) => {
    const page = await deskOf(flags).list({ limit, ...(overdue && { overdue }), ...(status && { status }), ...(owner && { owner }), ...(assignee && { assignee }), ...(cursor && { cursor }) });
    print(json, page, () => [...caseLines(page.items), ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`])]);
  });
}

function addResolve(cases: Command): void {
  const resolve = cases.command('resolve').argument('<order>', 'number of the order').addArgument(new Argument('<decision>', 'what becomes of it').choices(caseDecisions))
    .description('decide; the case is closed once the order has come to its end')
    .requiredOption('--reason <words>', 'why');
  addGatewayOptions(resolve).action(async (orderId: string, decision: CaseDecision, { reason, json, ...flags }: GatewayFlags & { readonly reason: string }) => {
    const one = await deskOf(flags).resolve(orderId, decision, reason);
    print(json, one, () => [`${decision} is on its way; "mesh cases show ${orderId}" tells what follows`]);
  });
}

const deskOf = (flags: GatewayFlags): CaseDesk => openCaseDesk(gatewayUrl(flags), sessionOf(flags));
