import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Account } from '../domain/account.ts';
import type { History } from '../domain/evidence.ts';
import type { Hold } from '../domain/hold.ts';
import type { Receivable } from '../domain/receivable.ts';

/** Whose books a batch needs. */
export interface CreditKeys {
  readonly customerIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly receivableIds: readonly string[];
}

/** The books of one batch: accounts by customer, holds by order, receivables by their code in the ERP. */
export interface CreditPages {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly holds: ReadonlyMap<string, Hold>;
  readonly receivables: ReadonlyMap<string, Receivable>;
}

export interface CreditChanges {
  readonly accounts: readonly Account[];
  readonly holds: readonly Hold[];
  readonly receivables: readonly Receivable[];
}

/** Whose history is wanted. */
export interface HistoryKeys {
  readonly customerIds: readonly string[];
  /** Orders that are left out. */
  readonly orderIds: readonly string[];
  /** When this day began: what was due before is overdue. */
  readonly today: Instant;
}

/** Who owes us what, and what is held for which order. */
export interface CreditBook {
  /**
   * Reads the accounts of the customers named, and of those behind the orders and receivables named. Whoever decides about the same customers meanwhile does not wait: the
   * transaction fails at its end where the sum of both decisions would not stand.
   */
  load(tx: Transaction, keys: CreditKeys): Promise<CreditPages>;
  save(tx: Transaction, changes: CreditChanges): Promise<void>;
  /** What customers ordered and paid before: of the last 1,000 orders and receivables, and without what this transaction changes. */
  histories(tx: Transaction, keys: HistoryKeys): Promise<ReadonlyMap<string, History>>;
}

export interface Ports {
  readonly book: CreditBook;
  readonly rules: RuleBook;
  readonly log: Log;
}
