import type { Duration, Instant } from '@order-mesh/kernel';
import type { Cause, Transaction, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Contract, Head, Reading, Sent, Voided } from '../domain/contract.ts';
import type { Terms } from '../domain/terms.ts';

/** The contracts of the orders named, locked until the transaction ends. */
export interface ContractBook {
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Contract>>;
  /** The contract a flow at the provider belongs to, not locked. */
  /** By flow; those that are not known are left out. */
  findByFlows(tx: Transaction, signFlowIds: readonly string[]): Promise<ReadonlyMap<string, Contract>>;
  /** Open flows whose time to be looked at has come, longest waiting first; locked, those of another process left out. */
  dueForCheck(tx: Transaction, now: Instant, atMost: number): Promise<readonly Contract[]>;
  save(tx: Transaction, contracts: readonly Contract[]): Promise<void>;
  /** Whether `dueForCheck` would find any; cheap. */
  anyDueForCheck(now: Instant): Promise<boolean>;
}

export interface Voiding extends Head {
  readonly customerId: string;
  readonly signFlowId: string;
  readonly attempt: number;
}

export interface ReadingWanted {
  readonly orderId: string;
  readonly customerId: string;
  readonly signFlowId: string;
  /** Of the contract as it stands: `roundOf`. */
  readonly round: number;
  /** Two questions of one key are one while the first is open. */
  readonly key: string;
}

type Caused<Ask> = Ask & { readonly cause: Cause };

/** Has contracts signed; each answer comes later, once, through `settleSigning`. */
export interface SigningOffice {
  send(unit: Unit, terms: readonly Caused<Terms>[]): Promise<void>;
  /** Takes contracts back that surely never reached the provider; resolves with their orders. */
  recall(unit: Unit, contracts: readonly Head[]): Promise<readonly string[]>;
  makeVoid(unit: Unit, voidings: readonly Caused<Voiding>[]): Promise<void>;
  /** Asks how flows stand. */
  read(unit: Unit, readings: readonly Caused<ReadingWanted>[]): Promise<void>;
}

/** What the provider answered, in the end. */
export type OfficeAnswer =
  | { readonly type: 'sending'; readonly orderId: string; readonly outcome: Sent; readonly cause: Cause }
  | { readonly type: 'voiding'; readonly orderId: string; readonly outcome: Voided; readonly cause: Cause }
  | { readonly type: 'reading'; readonly orderId: string; readonly signFlowId: string; readonly reading: Reading; readonly round: number; readonly cause: Cause };

export interface Ports {
  readonly contracts: ContractBook;
  readonly rules: RuleBook;
  readonly office: SigningOffice;
  readonly log: Log;
  /** Longest pause between two looks at an open flow. */
  readonly checkEvery: Duration;
}
