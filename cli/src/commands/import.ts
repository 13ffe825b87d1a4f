import { InvalidArgumentError, Option, type Command } from 'commander';
import { MeshError, seconds } from '@order-mesh/kernel';
import { isGoingOn, openImportDesk, type Import, type ImportDesk, type ImportWish } from '../gateway/imports.ts';
import { exitCodes } from '../failure.ts';
import { followImport } from '../imports/follow.ts';
import { progressLine, summaryLines } from '../show/imports.ts';
import { liveLine } from '../show/live-line.ts';
import { print } from '../show/print.ts';
import { listenForInterruption } from '../up/interrupt.ts';
import { addGatewayOptions, gatewayUrl, sessionOf, type GatewayFlags } from './options.ts';

interface ImportFlags extends GatewayFlags {
  readonly since?: string;
  readonly status: string;
  readonly dryRun?: true;
  readonly resume?: true;
}

const EXAMPLES = `
Examples:
  mesh import salesforce --dry-run              what would be taken on, and what is wrong with the rest
  mesh import salesforce --since 2026-01-01     orders activated since that day, Beijing time
  mesh import salesforce --resume               go on after Ctrl-C, or follow one that runs

Orders that the mesh knows are passed over, and new orders come in meanwhile. Ctrl-C stops it after the orders at hand; it keeps its place for 7 days.`;

/** `mesh import`: takes on the orders that stand in a system already. */
export function addImport(program: Command, finish: (code: number) => void): void {
  const imports = program.command('import').description('take on the orders that stand in a system already (first load)').addHelpText('after', EXAMPLES);
  const salesforce = imports.command('salesforce').description('take on the orders that stand in Salesforce')
    .option('--since <date>', 'only orders activated since this day in Beijing, or this moment (2026-08-31T09:00:00+08:00)', dateOf)
    .option('--status <status>', 'only orders that stand so there', 'Activated')
    .option('--dry-run', 'only look at the orders and judge them')
    .addOption(new Option('--resume', 'go on with the import that was asked for last').conflicts(['since', 'dryRun']))
    .addHelpText('after', EXAMPLES);
  addGatewayOptions(salesforce).action(async ({ since, status, dryRun, resume, json, ...flags }: ImportFlags) => {
    const desk = openImportDesk(gatewayUrl(flags), sessionOf(flags));
    const interruption = listenForInterruption();
    interruption.onAgain(() => { process.exit(exitCodes.failed); });
    const wish: ImportWish = { status, ...(since && { since }), ...(dryRun && { dryRun }) };
    const { one, before } = resume ? await resumed(desk) : { one: await desk.start('salesforce', wish), before: undefined };
    const screen = progressScreen(process.stderr);
    const ended = before === undefined && !isGoingOn(one) ? one : await followImport(desk, one.importId, { signal: interruption.asked, onProgress: screen.show, ...(before && { before }) })
      .finally(() => { screen.clear(); });
    print(json, ended, () => summaryLines(ended));
    finish(ended.state === 'completed' ? exitCodes.done : exitCodes.failed);
  });
}

/** The import to follow; `before` is how it stood when it was asked to go on. */
async function resumed(desk: ImportDesk): Promise<{ readonly one: Import; readonly before?: Import }> {
  const newest = await desk.newest();
  if (!newest) throw new MeshError('BAD_REQUEST', { advice: 'there is no import to go on with; "mesh import salesforce" starts one' });
  if (isGoingOn(newest) || newest.state === 'completed') return { one: newest };
  return { one: await desk.resume(newest.importId), before: newest };
}

const LINE_EVERY = seconds(5);

/** A live line for a person; for a file a line every few seconds. */
function progressScreen(stream: NodeJS.WriteStream): { readonly show: (now: Import, perSecond: number) => void; readonly clear: () => void } {
  const line = liveLine(stream);
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    clear: () => { line.clear(); },
    show(now, perSecond) {
      const text = progressLine(now, perSecond);
      line.show(text);
      if (stream.isTTY || performance.now() - toldAt < LINE_EVERY) return;
      toldAt = performance.now();
      stream.write(`${text}\n`);
    },
  };
}

function dateOf(text: string): string {
  if (/^\d{4}-\d\d-\d\d(T.+)?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a day such as 2026-01-01, or a moment such as 2026-08-31T09:00:00+08:00.');
}
