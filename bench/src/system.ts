import type { PartUsage, Percentiles } from './harness/meter.ts';
import { sum } from './harness/meter.ts';
import type { Servers } from './harness/servers.ts';

/** How orders are sent in: all at once, or one every 1/rate seconds; the mesh then runs as one process, as it does by default, or as one a core. */
export type Asked =
  | { readonly mode: 'throughput'; readonly orders: number }
  | { readonly mode: 'latency'; readonly ratePerSecond: number; readonly seconds: number; readonly perCore?: boolean };

/** Where one run happens, and who listens to it. */
export interface Place {
  readonly servers: Servers;
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

/** What one run has shown; only runs with right books have a result. */
export interface RunResult {
  readonly orders: number;
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly latencyMs: Percentiles;
  readonly parts: Readonly<Record<string, PartUsage>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string | number>>;
}

/** One of those that are compared. */
export interface System {
  readonly name: string;
  readonly title: string;
  readonly isOurs: boolean;
  /** Orders of a throughput run, unless others are asked for. */
  readonly orders: number;
  measure(asked: Asked, place: Place): Promise<RunResult>;
}

/** A warm-up takes so many orders a process at once; before all at once also so long: time for V8 to compile what is hot, the same for everybody. */
export const WARM_UP = { milliseconds: 6_000, orders: 1_000 };

export const ordersOf = (asked: Asked): number => (asked.mode === 'throughput' ? asked.orders : asked.ratePerSecond * asked.seconds);

export const cpuMsPerOrder = ({ parts, orders }: RunResult): number => sum(Object.values(parts).map(({ cpuSeconds }) => cpuSeconds)) * 1_000 / orders;

export const peakMb = ({ parts }: RunResult): number => sum(Object.values(parts).map((part) => part.peakMb));

/** The work, or the reason for giving it up as soon as there is one. */
export async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const aborted = Promise.withResolvers<never>();
  const giveUp = (): void => { aborted.reject(signal.reason); };
  signal.addEventListener('abort', giveUp);
  try {
    if (signal.aborted) giveUp();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
    // whoever lost the race fails unheard
    work.catch(() => {});
    aborted.promise.catch(() => {});
  }
}

/** Says whether the work has ended, well or not, in that time. */
export async function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => { timer = setTimeout(() => { resolve(false); }, milliseconds); });
  const ended = work.then(() => true, () => true);
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

