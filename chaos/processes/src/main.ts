import { seconds } from '@order-mesh/kernel';
import { mutations } from '@order-mesh/mutations';
import { runSimCommand } from '@order-mesh/simulation';
import { Command, InvalidArgumentError, Option } from 'commander';
import { exitCodes, processes, soak, type Asked } from './commands.ts';
import { faultKinds, type FaultKind } from './plan/spec.ts';
import { REPORT_FILE } from './report/report-file.ts';
import { runProgram, wholeMinutes } from './run-program.ts';
import { upgradeCommand } from './upgrade/command.ts';

const EXAMPLES = `
Examples:
  npm run chaos -- --seed 1                                    T0, then T1
  npm run chaos -- processes --seed 7 --only kill              one kind of fault
  npm run chaos -- sim --seeds 1000                            in virtual time (sim --help shows more)
  npm run chaos -- soak --minutes 60                           for an hour, with growth of memory and handles
  npm run chaos -- upgrade --orders 500                        from the last release to this build and back, with 500 orders on their way

Writes chaos/chaos-report.json and docs/reliability.md, unless --only leaves something out or --mutation plants a bug.
Exit code 0: nothing lost, doubled, stuck or otherwise broken; 1: something is; 2: not understood.`;

function seedNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 999999999.');
}

function orderCount(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) >= 20) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 20 to 99999.');
}

function kindsIn(text: string): readonly FaultKind[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = names.filter((name) => !isKind(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no fault called ${unknown.join(', ')}; known: ${faultKinds.join(', ')}.`);
  return names.filter(isKind);
}

const isKind = (name: string): name is FaultKind => faultKinds.some((kind) => kind === name);

function knownMutation(text: string): string {
  if (mutations.some(({ name }) => name === text)) return text;
  throw new InvalidArgumentError('There is no such bug; sim --mutations lists them.');
}

interface Flags {
  readonly seed: number;
  readonly only?: readonly FaultKind[];
  readonly report?: string;
  readonly keep?: boolean;
  readonly mutation?: string;
  readonly minutes?: number;
}

// only a whole run of the product as it is gets published
function askedIn({ seed, only = [], report, keep = false, mutation }: Flags): Asked {
  return { seed, only, keep, mutation, report: report ?? (only.length === 0 && mutation === undefined ? REPORT_FILE : null) };
}

function addCommands(program: Command, signal: AbortSignal, finish: (code: number) => void): void {
  const common = (command: Command): Command => command
    .addOption(new Option('--seed <number>', 'decides the plan').argParser(seedNumber).default(1))
    .addOption(new Option('--only <kinds>', `faults to leave in, of ${faultKinds.join(',')}`).argParser(kindsIn))
    .addOption(new Option('--mutation <name>', 'plant a bug in every service, to see it found (sim --mutations lists them)').argParser(knownMutation))
    .option('--report <file>', 'where the report is written (default: chaos/chaos-report.json)')
    .option('--keep', 'leave logs and data behind when something is broken, or a process ended by itself');
  common(program.command('all', { isDefault: true, hidden: true }))
    .action(async (flags: Flags) => {
      const simulated = await runSimCommand(['--from', String(Math.max(1, flags.seed))], terminal, signal);
      finish(Math.max(simulated, signal.aborted ? exitCodes.interrupted : await processes(askedIn(flags), signal)));
    });
  common(program.command('processes').description('T1: the mesh in real processes, every fault, about eight minutes on two cores'))
    .action(async (flags: Flags) => { finish(await processes(askedIn(flags), signal)); });
  common(program.command('soak').description('T2: the same for as long as you like'))
    .addOption(new Option('--minutes <count>', 'how long').argParser(wholeMinutes).default(60))
    .action(async ({ minutes = 60, ...flags }: Flags) => { finish(await soak(minutes, askedIn(flags), signal)); });
  addUpgrade(program, signal, finish);
  program.command('sim').description('T0: the mesh in virtual time, seed after seed, without servers')
    .allowUnknownOption().allowExcessArguments().helpOption(false)
    .action(async (_flags: unknown, { args }: Command) => { finish(await runSimCommand(args, terminal, signal)); });
}

interface UpgradeFlags {
  readonly orders: number;
  readonly seed: number;
  readonly from?: string;
  readonly backTo?: string;
  readonly back: boolean;
  readonly report?: string;
  readonly keep?: boolean;
}

const PUBLISHED_ORDERS = 500;

function addUpgrade(program: Command, signal: AbortSignal, finish: (code: number) => void): void {
  program.command('upgrade').description('F13: from the last release to this build, back, and forth again, with orders on their way')
    .addOption(new Option('--orders <count>', 'how many are on their way at each change').argParser(orderCount).default(500))
    .addOption(new Option('--seed <number>', 'decides the orders').argParser(seedNumber).default(1))
    .option('--from <tag>', 'the release before: a tag or a commit (default: the last tag v*)')
    .option('--back-to <tag>', 'where the way back leads (default: the release before, or the first that knows what orders begin with now)')
    .option('--no-back', 'leave the way back out')
    .option('--report <file>', 'where the report is written (default: chaos/chaos-report.json, if releases are not chosen and the orders are 500 or more)')
    .option('--keep', 'leave logs and data behind when something is broken')
    .action(async ({ keep = false, from, backTo, report, ...flags }: UpgradeFlags) => {
      const isPublished = flags.orders >= PUBLISHED_ORDERS && flags.back && from === undefined && backTo === undefined;
      finish(await upgradeCommand({ ...flags, from, backTo, keep, report: report ?? (isPublished ? REPORT_FILE : null) }, signal));
    });
}

const PLAIN_LINE_EVERY = seconds(30);
let toldAt = Date.now();

const terminal = {
  out: (text: string) => { process.stdout.write(`${text}\n`); },
  progress: (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
    else if (text !== '' && Date.now() - toldAt >= PLAIN_LINE_EVERY) {
      toldAt = Date.now();
      process.stderr.write(`${text}\n`);
    }
  },
};

await runProgram((signal, finish) => {
  const program = new Command('chaos')
    .description('Breaks the mesh on purpose, by a plan that a seed decides, and tells whether an order was lost, doubled or stuck.')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(npm run chaos -- --help shows what there is)')
    // commands that are added from here on inherit it
    .exitOverride();
  addCommands(program, signal, finish);
  return program;
});
