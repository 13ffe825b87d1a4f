import { availableParallelism } from 'node:os';
import { Crew } from './crew.ts';
import type { Failure, Ran } from './protocol.ts';

export interface SimulationOptions {
  /** How many seeds. */
  readonly seeds: number;
  /** Orders a seed; 50 if not said. */
  readonly orders?: number;
  /** The first seed; 1 if not said. */
  readonly from?: number;
  /** Threads; as many as there are processors if not said. */
  readonly workers?: number;
  /** A bug to plant, by its name in `@order-mesh/mutations`. */
  readonly mutation?: string;
  /** Ends after so many failing seeds; 1 if not said. */
  readonly stopAfter?: number;
  /** Whether the first failing seed is made smaller and told; yes if not said. */
  readonly explain?: boolean;
  readonly onProgress?: (report: SimulationReport) => void;
  /** Ends early, with the report so far. */
  readonly signal?: AbortSignal;
}

export interface SimulationReport {
  readonly seeds: number;
  readonly orders: number;
  readonly confirmed: number;
  readonly faults: number;
  readonly events: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  /** Of the failing seed with the lowest number; null when there is none or nobody asked. */
  readonly story: string | null;
}

const SEEDS_A_TASK = 10;

/**
 * Runs the mesh in virtual time, seed after seed, each with its own orders, deployment and faults, and holds every run against the promises of the mesh.
 * The same seed has the same history, whoever runs it. Throws when the mutation is unknown or a thread breaks.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seeds, orders = 50, from = 1, workers = availableParallelism(), mutation, stopAfter = 1, explain = true, onProgress = () => {}, signal } = options;
  const startedAt = performance.now();
  const crew = new Crew(Math.min(workers, Math.ceil(seeds / SEEDS_A_TASK)), { mutation: mutation ?? null });
  const sum = { seeds: 0, orders: 0, confirmed: 0, faults: 0, events: 0 };
  const failures: Failure[] = [];
  const report = (story: string | null): SimulationReport => ({ ...sum, seconds: (performance.now() - startedAt) / 1_000, failures, story });
  let next = from;
  const isOver = (): boolean => next >= from + seeds || failures.length >= stopAfter || signal?.aborted === true;
  const take = (ran: Ran): void => {
    for (const key of ['seeds', 'orders', 'confirmed', 'faults', 'events'] as const) sum[key] += ran[key];
    failures.push(...ran.failures);
    failures.sort((one, other) => one.seed - other.seed);
    onProgress(report(null));
  };
  try {
    await crew.together(async (ask) => {
      while (!isOver()) {
        const first = next;
        next = Math.min(next + SEEDS_A_TASK, from + seeds);
        take(await ask({ type: 'run', from: first, count: next - first, orders }));
      }
    }, signal);
    const [worst] = failures;
    const story = worst && explain && !signal?.aborted ? await crew.explain(worst.seed, orders) : null;
    return report(story);
  } finally {
    await crew.end();
  }
}

/** The digest of each seed's history, in order: the same for ever, as long as neither product nor simulation change. */
export async function digestsOf({ seeds, orders = 50, from = 1, mutation }: Pick<SimulationOptions, 'seeds' | 'orders' | 'from' | 'mutation'>): Promise<readonly string[]> {
  const crew = new Crew(1, { mutation: mutation ?? null });
  try {
    let digests: readonly string[] = [];
    await crew.together(async (ask) => { ({ digests } = await ask({ type: 'run', from, count: seeds, orders })); });
    return digests;
  } finally {
    await crew.end();
  }
}
