import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Acceptance, Call, Outcome, PendingCall } from './call.ts';
import type { Shares } from './ledger-buckets.ts';

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
  | { readonly type: 'again'; readonly key: string; readonly known: 'not-done' | 'unknown'; readonly attempts: number; readonly nextAt: Instant; readonly detail: string;
    readonly accepted?: Acceptance;
    /** The partner wants the call's ledger left alone until then. */
    readonly throttledUntil?: Instant }
  | { readonly type: 'settled'; readonly key: string; readonly attempts: number; readonly outcome: Outcome };

export interface ClaimRequest extends Shares {
  readonly now: Instant;
  readonly lease: Lease;
  readonly limit: number;
  /** Only calls that are past their `giveUpAt`: while the gate is shut nothing else is taken. */
  readonly onlyGivenUp: boolean;
  /** Ledgers take turns in the order of their names; the first turn is that of the one after this. */
  readonly after: string;
}

/** A ledger that the partner wants left alone. */
export interface Throttle {
  readonly ledger: string;
  readonly until: Instant;
  readonly detail: string;
}

/** How often a partner is called, as it is agreed: of the whole system, and of each ledger. */
export interface Rates {
  readonly perSecond: number;
  readonly ledgerPerSecond: number;
}

/** What is looked at once a second. */
export interface Look {
  /** Calls that are not settled, counted up to the limit that was asked for. */
  readonly waiting: number;
  /** How the partner stands; null when that was never written. */
  readonly standing: Standing | null;
  /** Ledgers that any process was told to leave alone, and still has to. */
  readonly throttled: readonly Pick<Throttle, 'ledger' | 'until'>[];
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
  /** Takes up what is due: the ledgers in turn; of one ledger the highest priority first, of one priority its customers in turn, of one customer the oldest first. In that order. From then on they count as `BEGUN`. */
  claim(tx: Transaction, request: ClaimRequest): Promise<readonly ClaimedCall[]>;
  /** Writes what is still held by `by`; resolves with the keys that were. */
  save(tx: Transaction, updates: readonly CallUpdate[], writer: { readonly by: string; readonly now: Instant }): Promise<readonly string[]>;
  /** Prolongs leases that are still held. */
  renew(tx: Transaction, keys: readonly string[], lease: Lease): Promise<void>;
  /** Takes calls back that surely were not carried out; resolves with their keys. */
  withdraw(tx: Transaction, keys: readonly string[], now: Instant): Promise<readonly string[]>;
  /** Has all processes leave these ledgers alone; the later of two moments counts. */
  throttle(tx: Transaction, throttles: readonly Throttle[]): Promise<void>;
  /** Removes calls settled before, at most 1,000, and what is over. */
  forget(tx: Transaction, settledBefore: Instant): Promise<void>;
  /** Counts up to `atMost`. */
  look(atMost: number, now: Instant): Promise<Look>;
  /** Writes down that there is this partner and how often it is called. */
  register(tx: Transaction, now: Instant, rates: Rates): Promise<void>;
  /** Writes a change of state down; false when another process has done so before. */
  change(tx: Transaction, change: StandingChange): Promise<boolean>;
  /** Whether any call is due. Cheap: asked every second. */
  anyDue(now: Instant): Promise<boolean>;
}
