import { parseArgs } from 'node:util';
import { mutations } from '@order-mesh/mutations';
import { simulate, type SimulationReport } from './simulate.ts';

const HELP = `Usage: npm run chaos -- sim [options]

Runs the mesh in virtual time, on a broker, a database and partners in memory, with everything going wrong that a seed says, and holds each run
against the promises of the mesh. Ends at the first broken promise, makes its run small, and tells its story.

Options:
  --seeds <count>     how many runs (default: 10000; 1000000 for a night)
  --from <seed>       the first one (default: 1)
  --orders <count>    orders a run (default: 50)
  --workers <count>   threads (default: one a processor)
  --mutation <name>   plant a bug first, to see it found
  --mutations         list the bugs that can be planted
  --help              this text

Ends with 0 when all promises were kept, 1 when one was broken, 2 when it did not understand.`;

interface Sink {
  readonly out: (text: string) => void;
  /** Shows how far it is, over what it showed before. */
  readonly progress: (text: string) => void;
}

/** Carries out `npm run chaos -- sim` with these arguments; resolves to the exit code. */
export async function runSimCommand(args: readonly string[], { out, progress }: Sink, signal?: AbortSignal): Promise<number> {
  const asked = read(args);
  if (typeof asked === 'string') {
    out(`${asked}\n(npm run chaos -- sim --help shows what there is)`);
    return 2;
  }
  if (asked.help) return tell(out, HELP);
  if (asked.mutations) return tell(out, mutations.map(({ name, breaks }) => `${name.padEnd(30)} ${breaks}`).join('\n'));
  return carryOut(asked, { out, progress }, signal).catch((error: unknown) => {
    // not the product is broken here, but what it is put to the test with
    out(`the simulation cannot go on: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  });
}

async function carryOut({ seeds, from, orders, workers, mutation }: Asked, { out, progress }: Sink, signal: AbortSignal | undefined): Promise<number> {
  const report = await simulate({
    seeds, from, orders, ...(workers !== undefined && { workers }), ...(mutation !== undefined && { mutation }), ...(signal && { signal }),
    onProgress: (so) => { progress(inWords(so, seeds)); },
  });
  progress('');
  out(summary(report, { seeds, isAborted: signal?.aborted === true }));
  return report.failures.length > 0 ? 1 : 0;
}

interface Asked {
  readonly help: boolean;
  readonly mutations: boolean;
  readonly seeds: number;
  readonly from: number;
  readonly orders: number;
  readonly workers: number | undefined;
  readonly mutation: string | undefined;
}

function read(args: readonly string[]): Asked | string {
  try {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean', default: false } as const;
    const { values } = parseArgs({ args: [...args], options: { seeds: text, from: text, orders: text, workers: text, mutation: text, mutations: flag, help: flag } });
    const { mutation, help, mutations: list } = values;
    if (mutation !== undefined && !mutations.some(({ name }) => name === mutation)) return `there is no mutation "${mutation}"; --mutations lists them`;
    const workers = values.workers === undefined ? undefined : whole('workers', values.workers);
    return { help, mutations: list, mutation, workers, seeds: whole('seeds', values.seeds ?? '10000'), from: whole('from', values.from ?? '1'), orders: whole('orders', values.orders ?? '50') };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whole(name: string, text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number above zero, got "${text}"`);
}

function tell(out: Sink['out'], text: string): number {
  out(text);
  return 0;
}

function inWords({ seeds, orders, seconds, failures }: SimulationReport, wanted: number): string {
  const left = Math.round(((wanted - seeds) * seconds) / Math.max(1, seeds));
  return `${seeds} of ${wanted} seeds, ${orders} orders, ${seconds.toFixed(0)} s, about ${left} s to go${failures.length > 0 ? `; ${failures.length} broken` : ''}`;
}

/** The report as it is printed. */
export function summary(report: SimulationReport, { seeds: wanted, isAborted }: { readonly seeds: number; readonly isAborted: boolean }): string {
  const { seeds, orders, confirmed, faults, events, seconds, failures, story } = report;
  const done = `${seeds}${isAborted ? ` of ${wanted}` : ''} seeds: ${orders} orders (${confirmed} confirmed), ${faults} faults, ${events} events in ${seconds.toFixed(1)} s`;
  if (failures.length === 0) return `${done}. Every promise was kept${isAborted ? ' so far' : ''}.`;
  const broken = failures.map(({ seed, violations }) => `  seed ${seed}: ${violations.map(({ invariant, what }) => `${invariant} ${what}`).join('; ')}`);
  return [`${done}. Broken promises:`, ...broken, ...(story === null ? [] : ['', story])].join('\n');
}
