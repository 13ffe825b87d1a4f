import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Account } from '../domain/account.ts';
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

/** Who owes us what, and what is held for which order. */
export interface CreditBook {
  /**
   * Reads the accounts of the customers named, and of those behind the orders and receivables named. Whoever decides about the same customers meanwhile does not wait: the
   * transaction fails at its end where the sum of both decisions would not stand.
   */
  load(tx: Transaction, keys: CreditKeys): Promise<CreditPages>;
  save(tx: Transaction, changes: CreditChanges): Promise<void>;
}

export interface Ports {
  readonly book: CreditBook;
  readonly rules: RuleBook;
  readonly log: Log;
}
