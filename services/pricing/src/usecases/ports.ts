import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Budget } from '../domain/budget.ts';
import type { Customer } from '../domain/customer.ts';
import type { Quote } from '../domain/quote.ts';

/** Whose prices a batch needs. */
export interface PricingKeys {
  readonly customerIds: readonly string[];
  readonly orderIds: readonly string[];
}

export interface PricingPages {
  readonly customers: ReadonlyMap<string, Customer>;
  readonly quotes: ReadonlyMap<string, Quote>;
}

/** What a unit of a product costs the company, in fen; null where the ERP does not know it any more. */
export interface ProductCost {
  readonly sku: string;
  readonly unitCost: bigint | null;
}

export interface PricingChanges {
  readonly customers: readonly Customer[];
  readonly quotes: readonly Quote[];
  readonly budgets: readonly Budget[];
}

/** What orders cost, and what promotions may still take off. */
export interface PricingBook {
  /**
   * Reads the customers named, and those behind the orders named. Whoever decides about the same customers or promotions meanwhile does not wait: the transaction fails at its end where the sum of
   * both decisions would not stand.
   */
  load(tx: Transaction, keys: PricingKeys): Promise<PricingPages>;
  /** The budgets of these rules, as far as they were ever touched. */
  budgets(tx: Transaction, rules: readonly string[]): Promise<ReadonlyMap<string, Budget>>;
  /** What units of these products cost, in fen, as far as it is known. */
  costs(tx: Transaction, skus: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
  /** Keeps what products cost; each is named once. */
  learnCosts(tx: Transaction, costs: readonly ProductCost[]): Promise<void>;
  save(tx: Transaction, changes: PricingChanges): Promise<void>;
}

export interface Ports {
  readonly book: PricingBook;
  readonly rules: RuleBook;
  readonly log: Log;
}
