import type { Unit } from '@order-mesh/messaging';
import type { Runtime } from '@order-mesh/platform';
import type { CallTo, Operations, SettledFrom } from './call.ts';
import type { CallLedger } from './ledger.ts';

/** What the desk needs of the platform; a service's `Runtime` is one. */
export type DeskRuntime = Pick<Runtime<unknown>, 'submit' | 'database' | 'log' | 'clock' | 'metrics' | 'repeat' | 'onStop'>;

export interface CallLimits {
  /** Calls (or batches of calls) under way at once. Default 16. */
  readonly concurrency: number;
  /** Calls begun a second, with a burst of the same size. Default 100. */
  readonly perSecond: number;
  /** One attempt, then it is aborted and its outcome unknown. Default 10,000. */
  readonly timeoutMs: number;
  /** Pause before the second attempt; doubles from there, with jitter. Default 200. */
  readonly firstRetryMs: number;
  /** Longest pause between attempts. Default 30,000. */
  readonly maxRetryMs: number;
}

export interface DeskOptions<Ops extends Operations> {
  /** Name of the service; the desk sees no other service's calls. */
  readonly service: string;
  /** Name of the partner: one breaker and one limiter each. */
  readonly system: string;
  readonly runtime: DeskRuntime;
  readonly operations: Ops;
  /** Takes all calls that came to their end since the last time, in the transaction that records them. */
  readonly settle: (settled: readonly SettledFrom<Ops>[], unit: Unit) => Promise<void>;
  readonly limits?: Partial<CallLimits>;
  /** Where calls are kept; PostgreSQL if not named. */
  readonly ledger?: CallLedger;
}

/** The one way to a partner system: durable, once, bounded. */
export interface CallDesk<Ops extends Operations = Operations> {
  /** Records the calls in the unit's transaction; they are made once it commits. A key asked before changes nothing (a settled question is asked anew). */
  ask(unit: Unit, calls: readonly CallTo<Ops>[]): Promise<void>;
  /** Takes back calls that surely were not carried out; resolves with the keys that now never will be (nothing is settled for them). The others go on. */
  withdraw(unit: Unit, keys: readonly string[]): Promise<readonly string[]>;
}
