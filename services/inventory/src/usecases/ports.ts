import type { Policy } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Shelf } from '../domain/level.ts';
import type { Lock } from '../domain/lock.ts';

/** What a batch needs to see. */
export interface StockKeys {
  readonly skus: readonly string[];
  readonly orderIds: readonly string[];
}

/** The stock of one batch: shelves by product, locks by order. */
export interface StockPages {
  readonly shelves: ReadonlyMap<string, Shelf>;
  readonly locks: ReadonlyMap<string, Lock>;
}

export interface StockChanges {
  readonly shelves: readonly Shelf[];
  readonly locks: readonly Lock[];
}

/** Which stock is there, and to whom it is promised. */
export interface StockBook {
  /**
   * Reads the products named and those behind the orders named, in all warehouses. Whoever decides about the same products meanwhile does not wait: the transaction fails at its
   * end where the sum of both decisions would not stand.
   */
  load(tx: Transaction, keys: StockKeys): Promise<StockPages>;
  save(tx: Transaction, changes: StockChanges): Promise<void>;
  /** Orders whose lock has run out, longest ago first, `atMost` of them. */
  expired(tx: Transaction, now: Instant, atMost: number): Promise<readonly string[]>;
}

export interface Ports {
  readonly book: StockBook;
  readonly policy: Policy;
  readonly rules: RuleBook;
  readonly log: Log;
}
