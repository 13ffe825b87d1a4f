import { InvalidArgumentError, type Command } from 'commander';
import { MeshError } from '@order-mesh/kernel';
import { exitCodes } from '../failure.ts';
import { refusalOf } from '../gateway/http.ts';
import { openReconciliation, type Difference, type Reconciliation, type ReconciliationDesk, type Run } from '../gateway/reconciliation.ts';
import { compareNow, seeRepaired, type CompareNow } from '../reconcile/compare-now.ts';
import { liveLine } from '../show/live-line.ts';
import { print } from '../show/print.ts';
import { differenceStory, reconciliationLines } from '../show/reconciliation.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

interface ReconcileFlags extends GatewayFlags {
  readonly days?: number;
  readonly last?: true;
  readonly repair?: string;
  readonly allSafe?: true;
  readonly dryRun?: true;
  readonly accept?: string;
  readonly reason?: string;
}

const EXAMPLES = `
Examples:
  mesh reconcile                               read the books of CRM, mesh and ERP now, and say whether they agree
  mesh reconcile --last                        what the last reconciliation found
  mesh reconcile --all-safe --dry-run          what the safe repairs would do
  mesh reconcile --all-safe                    do them, compare again, and say what is left
  mesh reconcile --repair 3f9a01c27be4
  mesh reconcile --accept 3f9a01c27be4 --reason "agreed with the customer by telephone"

Exit code 0 when everything agrees, 1 when something differs or a book could not be read. docs/how-to/reconciliation.md explains the classes.`;

/** `mesh reconcile`: do the books of CRM, mesh and ERP agree, and what is done where they don't? */
export function addReconcile(program: Command, finish: (code: number) => void): void {
  const reconcile = program.command('reconcile').description('compare the books of CRM, mesh and ERP, and repair what differs')
    .option('--days <count>', 'orders placed on so many days, today included (RECONCILE_DAYS of finance)', daysOf)
    .option('--last', 'show what the last reconciliation found, without a new one')
    .option('--repair <difference>', 'repair one difference')
    .option('--all-safe', 'repair all differences that the mesh can repair by itself')
    .option('--dry-run', 'only say what a repair would do')
    .option('--accept <difference>', 'leave one difference as it is; it counts no more')
    .option('--reason <words>', 'why it is accepted')
    .addHelpText('after', EXAMPLES);
  addGatewayOptions(reconcile).action(async (flags: ReconcileFlags) => { finish(await run(flags)); });
}

async function run(flags: ReconcileFlags): Promise<number> {
  const { accept, repair, allSafe, dryRun, last } = flags;
  if ([accept, repair, allSafe, last].filter(Boolean).length > 1) throw new MeshError('BAD_REQUEST', { advice: 'give one of --last, --repair, --all-safe and --accept' });
  if (dryRun && !repair && !allSafe) throw new MeshError('BAD_REQUEST', { advice: '--dry-run belongs to --repair <difference> or --all-safe' });
  const desk = openReconciliation(gatewayUrl(flags), sessionOf(flags));
  if (accept) return acceptOne(desk, accept, flags);
  if (last) return showLast(desk, flags);
  const wanted = repair ? [repair] : allSafe ? (await desk.show()).differences.filter(isSafe).map(({ differenceId }) => differenceId) : [];
  if (dryRun) return tellRepairs(desk, wanted, flags);
  if (wanted.length > 0) return repairAll(desk, wanted, flags);
  const compared = await withProgress(flags, async (options) => ({ run: await compareNow(desk, options), shown: await desk.show() }));
  return show(compared.run, compared.shown, flags);
}

async function acceptOne(desk: ReconciliationDesk, differenceId: string, { reason, json }: ReconcileFlags): Promise<number> {
  if (!reason) throw new MeshError('BAD_REQUEST', { advice: 'say with --reason why it is left as it is' });
  const one = await desk.accept(differenceId, reason);
  print(json, one, () => [`accepted is the difference of order ${one.orderId}: ${one.detail}`]);
  return exitCodes.done;
}

async function tellRepairs(desk: ReconciliationDesk, differenceIds: readonly string[], { json }: ReconcileFlags): Promise<number> {
  const told: Difference[] = [];
  for (const differenceId of differenceIds) told.push(await desk.repair(differenceId, true));
  print(json, { dryRun: true, differences: told }, () => (told.length === 0 ? ['no difference can be repaired without a person'] : told.flatMap((one, index) => [...(index > 0 ? [''] : []), ...differenceStory(one)])));
  return exitCodes.done;
}

async function repairAll(desk: ReconciliationDesk, differenceIds: readonly string[], flags: ReconcileFlags): Promise<number> {
  for (const differenceId of differenceIds) {
    const asked = desk.repair(differenceId, false);
    // Of all that are safe, one may have been closed since they were listed: what is left is seen when the books are compared again
    await (flags.allSafe ? refusalOf(asked) : asked);
  }
  const repaired = await withProgress(flags, (options) => seeRepaired(desk, new Set(differenceIds), options));
  return show(repaired.run, repaired.shown, flags);
}

async function showLast(desk: ReconciliationDesk, flags: ReconcileFlags): Promise<number> {
  const shown = await desk.show();
  if (shown.lastRun) return show(shown.lastRun, shown, flags);
  print(flags.json, { run: null, differences: [] }, () => ['the books have not been compared yet; "mesh reconcile" compares them now']);
  return exitCodes.done;
}

function show(run: Run, { differences, isCut }: Reconciliation, { json }: ReconcileFlags): number {
  print(json, { run, differences, isCut }, () => reconciliationLines(run, { differences, isCut }));
  return run.status === 'failed' || differences.length > 0 ? exitCodes.failed : exitCodes.done;
}

async function withProgress<Result>(flags: ReconcileFlags, work: (options: CompareNow) => Promise<Result>): Promise<Result> {
  const line = liveLine(process.stderr);
  const progress = (text: string): void => { line.show(text); };
  try {
    return await work({ progress, ...(flags.days && { days: flags.days }) });
  } finally {
    line.clear();
  }
}

const isSafe = ({ status, repair }: Difference): boolean => status === 'open' && repair.automatic;

function daysOf(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text) || Number(text) > 400) throw new InvalidArgumentError('It must be a whole number of days from 1 to 400.');
  return Number(text);
}
