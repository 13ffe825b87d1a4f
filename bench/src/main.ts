import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { compare, planOf, stepsOf } from './compare.ts';
import { peers } from './peers.ts';
import { tellProgress } from './progress.ts';
import { saveComparison, saveScenario } from './report-file.ts';
import { summary } from './report.ts';
import { unlessAborted } from './system.ts';

interface Asked {
  readonly quick?: boolean;
  readonly smoke?: boolean;
  readonly scenario?: string;
  readonly rounds?: number;
  readonly orders?: number;
  readonly peers?: readonly string[];
}

const EXIT_FAILED = 1;
const EXIT_NOT_UNDERSTOOD = 2;
const KNOWN = peers.map(({ name }) => name);

const EXAMPLES = `
Examples:
  npm run bench                                  everything, under 15 minutes
  npm run bench -- --quick                       about 2 minutes: Order Mesh and Restate
  npm run bench -- --peers dbos,naive --rounds 1 one round with two of the peers
  npm run bench -- --scenario history            one of the other questions, such as growth with history
  npm run bench -- --smoke                       what CI asks: right books, and no more work per order

Writes bench/report.json and docs/performance.md. The work is described in bench/WORKLOAD.md.`;

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 9999999.');
}

function peerNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  const unknown = names.filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`Nobody is called ${unknown.join(', ')}; known: ${KNOWN.join(', ')} (separated by commas).`);
  return names;
}

const program = new Command('bench')
  .description('Measures Order Mesh, and what one would use instead, on the same work.')
  .addOption(new Option('--quick', 'one round of Order Mesh and Restate').conflicts(['smoke', 'scenario']))
  .addOption(new Option('--smoke', 'check the books and the work per order; never fails on time').conflicts(['scenario', 'rounds', 'orders', 'peers']))
  .addOption(new Option('--scenario <name>', 'measure one scenario').conflicts(['rounds', 'orders', 'peers']))
  .addOption(new Option('--rounds <count>', 'how often each is measured in turn (default: 3)').argParser(wholeNumber))
  .addOption(new Option('--orders <count>', 'orders of each throughput run (default: by system)').argParser(wholeNumber))
  .addOption(new Option('--peers <names>', `whom to compare with, of ${KNOWN.join(',')}; "" for nobody (default: all)`).argParser(peerNames))
  .addHelpText('after', EXAMPLES)
  .allowExcessArguments(false)
  .showHelpAfterError('(npm run bench -- --help shows what there is)')
  .exitOverride();

async function main(signal: AbortSignal): Promise<number> {
  try {
    const asked = program.parse().opts<Asked>();
    if (asked.smoke) return await unlessAborted(signal, (await import('./smoke.ts')).runSmoke());
    return await (asked.scenario === undefined ? runComparison(asked, signal) : runScenario(asked.scenario, signal));
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_NOT_UNDERSTOOD;
    process.stderr.write(`\n${signalled !== 0 ? 'stopped' : explain(error)}\n`);
    return EXIT_FAILED;
  }
}

async function runComparison({ quick = false, rounds, orders, peers: chosen }: Asked, signal: AbortSignal): Promise<number> {
  const plan = planOf({ quick, rounds, orders, peers: chosen });
  const progress = tellProgress(process.stderr, stepsOf(plan));
  progress.note(`${stepsOf(plan)} runs of ${plan.systems.map(({ title }) => title).join('; ')}`);
  const comparison = await compare(plan, progress, signal);
  process.stdout.write(`${summary(comparison)}\n`);
  const isFull = !quick && rounds === undefined && orders === undefined && chosen === undefined;
  await saveComparison(comparison, isFull);
  progress.note('written: bench/report.json, docs/performance.md');
  return 0;
}

async function runScenario(name: string, signal: AbortSignal): Promise<number> {
  const { scenarios } = await import('./scenarios/index.ts');
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (!scenario) {
    process.stderr.write(`there is no scenario "${name}"; known: ${Object.keys(scenarios).join(', ')}\n`);
    return EXIT_NOT_UNDERSTOOD;
  }
  const result = await unlessAborted(signal, scenario.run((line) => { process.stderr.write(`${line}\n`); }));
  await saveScenario(name, scenario.what, result);
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  process.stderr.write('written: bench/report.json, docs/performance.md\n');
  return 0;
}

const explain = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const stopping = new AbortController();
let signalled = 0;
for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
  process.on(name, () => {
    // whoever asks twice does not want to wait for an orderly end
    if (signalled !== 0 && name === 'SIGINT') process.exit(code);
    signalled ||= code;
    process.stderr.write('\nstopping ...\n');
    stopping.abort(new Error(`stopped by ${name}`));
  });
}
// what fails beside the run, such as a sending that nobody waits for, ends the run in order
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (error: unknown) => { if (!stopping.signal.aborted) stopping.abort(error); });
// every server and peer gets its folder in here, so that nothing is left behind however this ends
const folder = mkdtempSync(join(tmpdir(), 'order-mesh-bench-'));
process.env['TMPDIR'] = folder;
process.on('exit', () => { rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }); });
const failed = await main(stopping.signal);
const code = signalled || failed;
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
