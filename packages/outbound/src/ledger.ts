import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Call, Outcome, PendingCall } from './call.ts';

/** Who may touch a call, until when. A lease that ran out leaves the outcome unknown. */
export interface Lease {
  readonly by: string;
  readonly until: Instant;
}

/** A call as it is first written down. */
export interface NewCall extends Call {
  /** Given to the asking process in the same transaction, so that it need not be claimed in one of its own. */
  readonly lease?: Lease;
  /** A question: asked anew when its key is settled. */
  readonly repeatable: boolean;
  readonly priority: number;
}

/** A call taken up by a worker. */
export interface ClaimedCall extends PendingCall {
  readonly known: 'not-done' | 'unknown';
}

/** What is written about a call after an attempt. */
export type CallUpdate =
  | { readonly type: 'again'; readonly key: string; readonly known: 'not-done' | 'unknown'; readonly attempts: number; readonly nextAt: Instant; readonly detail: string }
  | { readonly type: 'settled'; readonly key: string; readonly attempts: number; readonly outcome: Outcome };

export interface ClaimRequest {
  readonly now: Instant;
  readonly lease: Lease;
  readonly limit: number;
  /** Only calls that are past their `giveUpAt`: while the gate is shut nothing else is taken. */
  readonly onlyGivenUp: boolean;
}

/** How all processes of a service find the partner together. */
export interface Standing {
  readonly state: 'well' | 'away';
  readonly since: Instant;
  /** Who has paused the calls; null when nobody has. */
  readonly pausedBy: string | null;
}

export interface StandingChange {
  readonly state: Standing['state'];
  /** What went wrong last. */
  readonly detail: string;
  readonly at: Instant;
}

/** Where the calls of one service to one system are kept until long after they are settled. */
export interface CallLedger {
  /** Adds calls; keys that are there stay as they are. Resolves with the keys that were added or asked anew. */
  add(tx: Transaction, calls: readonly NewCall[], now: Instant): Promise<readonly string[]>;
  /** Takes up what is due: the highest priority first, of one priority the customers' ledgers in turn, of one ledger the oldest first. */
  claim(tx: Transaction, request: ClaimRequest): Promise<readonly ClaimedCall[]>;
  /** Writes what is still held by `by`; resolves with the keys that were. */
  save(tx: Transaction, updates: readonly CallUpdate[], writer: { readonly by: string; readonly now: Instant }): Promise<readonly string[]>;
  /** Prolongs leases that are still held. */
  renew(tx: Transaction, keys: readonly string[], lease: Lease): Promise<void>;
  /** Takes calls back that surely were not carried out; resolves with their keys. */
  withdraw(tx: Transaction, keys: readonly string[], now: Instant): Promise<readonly string[]>;
  /** Removes calls settled before; at most 1,000. */
  forget(tx: Transaction, settledBefore: Instant): Promise<void>;
  /** How many calls are not settled, counted up to `atMost`, and how the partner stands; null when that was never written. */
  look(atMost: number): Promise<{ readonly waiting: number; readonly standing: Standing | null }>;
  /** Writes down that there is this partner, unless it is. */
  register(tx: Transaction, now: Instant): Promise<void>;
  /** Writes a change of state down; false when another process has done so before. */
  change(tx: Transaction, change: StandingChange): Promise<boolean>;
  /** Whether any call is due. Cheap: asked every second. */
  anyDue(now: Instant): Promise<boolean>;
}
