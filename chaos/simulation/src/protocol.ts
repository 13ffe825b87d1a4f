import type { Violation } from './check/snapshot.ts';

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly mutation: string | null;
}

export type WorkerTask =
  /** Runs seeds `from` to `from + count - 1`. */
  | { readonly type: 'run'; readonly from: number; readonly count: number; readonly orders: number }
  /** Runs a seed that fails, makes it small, and tells its story. */
  | { readonly type: 'explain'; readonly seed: number; readonly orders: number };

export interface Ran {
  readonly type: 'ran';
  readonly seeds: number;
  readonly orders: number;
  readonly confirmed: number;
  readonly events: number;
  readonly faults: number;
  readonly failures: readonly Failure[];
  /** Of each seed's history, in order. */
  readonly digests: readonly string[];
}

export interface Failure {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

export interface Explained {
  readonly type: 'explained';
  readonly story: string;
}

export type WorkerAnswer = Ran | Explained | { readonly type: 'broken'; readonly error: string };
