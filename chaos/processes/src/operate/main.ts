import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explain, root } from '@order-mesh/cli/parts';
import { machine } from '@order-mesh/embedded';
import { onPath } from '@order-mesh/testing';
import { Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from '../commands.ts';
import { runProgram, wholeMinutes } from '../run-program.ts';
import { allCauses } from './causes/index.ts';
import { operatePage, reportLines, reportOf } from './report.ts';
import { operate } from './run.ts';

const PAGE_FILE = join(root, 'docs', 'operate.md');
const USUAL_MINUTES = 10;
/** In ten minutes an hour of the rules is a minute; in a longer run it is more. */
const factorIn = (minutes: number): number => Math.max(1, Math.round(600 / Math.max(USUAL_MINUTES, minutes)));

const EXAMPLES = `
Examples:
  npm run operate                                all alerts and panels, ten minutes
  npm run operate -- --only DeadLetters,MeshDown some alerts, as fast as they come
  npm run operate -- --minutes 30 --json         time in the rules goes 20 times as fast instead of 60; a report for machines

Needs prometheus on the PATH (apt-get install prometheus). Writes docs/operate.md, unless --only leaves something out.
Exit code 0: each alert fired and resolved, each panel shows data; 1: one did not; 2: not understood.`;

const known = allCauses().flatMap(({ alerts }) => alerts);

function alertsIn(text: string): readonly string[] {
  const wanted = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = wanted.filter((name) => !known.some((id) => isOf(id, name)));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no alert called ${unknown.join(', ')}; known: ${known.join(', ')}.`);
  return known.filter((id) => wanted.some((name) => isOf(id, name)));
}

/** An alert is named with its window or phase, or all of one name together. */
const isOf = (id: string, name: string): boolean => id === name || id.startsWith(`${name} `);

interface Flags {
  readonly minutes: number;
  readonly only?: readonly string[];
  readonly json?: boolean;
}

async function run({ minutes, only = [], json = false }: Flags, signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  const say = (line: string): void => { process.stderr.write(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`); };
  const program = onPath('prometheus', process.env['PATH']);
  if (program === undefined) {
    say('there is no prometheus on the PATH: install it (apt-get install prometheus), or put its folder on the PATH');
    return exitCodes.notUnderstood;
  }
  try {
    const factor = factorIn(minutes);
    const report = reportOf(await operate({ minutes, factor, only, program, say, signal }), { factor, machine: await machine() });
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${reportLines(report).join('\n')}\n`);
    if (only.length === 0) await writeFile(PAGE_FILE, operatePage(report));
    return report.good ? exitCodes.good : exitCodes.broken;
  } catch (error) {
    say(signal.aborted ? 'stopped; everything is cleared away' : explain(error));
    return signal.aborted ? exitCodes.interrupted : exitCodes.broken;
  }
}

await runProgram((signal, finish) => new Command('operate')
  .description('Runs the mesh under load beside a real Prometheus, causes each alert once, and tells whether it fired and resolved and whether every panel shows data.')
  .addOption(new Option('--minutes <count>', 'how long, at least').argParser(wholeMinutes).default(USUAL_MINUTES))
  .addOption(new Option('--only <alerts>', `alerts to cause, of ${known.join(', ')}`).argParser(alertsIn))
  .option('--json', 'print the report as JSON')
  .addHelpText('after', EXAMPLES)
  .showHelpAfterError('(npm run operate -- --help shows what there is)')
  .action(async (flags: Flags) => { finish(await run(flags, signal)); }));
