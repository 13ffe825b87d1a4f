import type { Runtime } from '@order-mesh/platform';

/** What the desk needs of the platform; a service's `Runtime` is one. */
export type DeskRuntime = Pick<Runtime<unknown>, 'submit' | 'database' | 'log' | 'clock' | 'metrics' | 'repeat' | 'onStop' | 'congestion' | 'trace'>;

export interface CallLimits {
  /** Calls (or batches of calls) under way at once. Default 16. */
  readonly concurrency: number;
  /** Calls (or batches) begun a second, with a burst of the same size. Default 200. */
  readonly perSecond: number;
  /** The same of each ledger. As many as the system may have if not named: then no single one is held back, and they take turns. */
  readonly ledgerPerSecond: number;
  /** One attempt, then it is aborted and its outcome unknown. Default 10,000. */
  readonly timeoutMs: number;
  /** Pause before the second attempt; doubles from there, with jitter. Default 200. */
  readonly firstRetryMs: number;
  /** Calls not settled yet beyond which new orders have to wait. Default 10,000. */
  readonly mostWaiting: number;
  /** Longest pause between attempts. Default 30,000. */
  readonly maxRetryMs: number;
}
