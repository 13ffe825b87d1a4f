import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Delegation } from '../domain/delegation.ts';
import type { Directory } from '../domain/people.ts';
import type { Dossier, Rules } from '../domain/task.ts';

/** What was asked about which order, and how it was decided. */
export interface TaskBook {
  /** Reads the dossiers of the orders named and locks their tasks until the transaction ends. An order never asked about has none. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Dossier>>;
  save(tx: Transaction, dossiers: readonly Dossier[]): Promise<void>;
  /** Orders with an open task that the clock does something to by now, longest ago first, `atMost` of them. */
  due(tx: Transaction, now: Instant, atMost: number): Promise<readonly string[]>;
}

/** How many questions wait for one role. */
export interface TaskCount {
  readonly role: string;
  readonly waiting: number;
  /** Of those, how many were escalated or are past their deadline. */
  readonly overdue: number;
}

/** Who decides in the place of whom. */
export interface DelegationBook {
  /** The delegations named, locked until the transaction ends. */
  load(tx: Transaction, delegationIds: readonly string[]): Promise<ReadonlyMap<string, Delegation>>;
  save(tx: Transaction, delegations: readonly Delegation[]): Promise<void>;
  /** Those that had not ended at this moment. */
  inForceAfter(tx: Transaction, after: Instant): Promise<readonly Delegation[]>;
}

export interface Ports {
  readonly book: TaskBook;
  readonly delegations: DelegationBook;
  readonly rules: Rules;
  /** The rules of `approval-flow` that are in force. */
  readonly ruleBook: RuleBook;
  /** Who may decide what; null where that is not checked here. */
  readonly people: Directory | null;
  readonly log: Log;
}
