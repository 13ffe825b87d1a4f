import { draftOf, type Cause, type Draft, type Unit } from '@order-mesh/messaging';
import type { RuleBook } from '@order-mesh/rulebook';
import { replenishment } from '@order-mesh/rules';
import { giveBack, reserve, type Shelf } from '../domain/level.ts';
import type { Change, Lock } from '../domain/lock.ts';
import { factsOf, suggest, watchSafety } from '../domain/replenishment.ts';
import type { StockBook, StockChanges, StockKeys } from './ports.ts';

/** The stock a batch works on. */
export interface StockPage {
  readonly shelves: Draft<Shelf>;
  readonly locks: Draft<Lock>;
}

/** Opens the shelves and locks of a batch. */
export async function openPage(book: StockBook, unit: Unit, keys: StockKeys): Promise<StockPage> {
  const { shelves, locks } = await book.load(unit.tx, keys);
  return { shelves: draftOf(shelves), locks: draftOf(locks) };
}

/** Writes a decision into the page: the lock, and every shelf it takes from or gives back to. */
export function write(page: StockPage, { lock, move, lines }: Change): void {
  page.locks.put(lock.orderId, lock);
  for (const line of lines) {
    const shelf = page.shelves.get(line.sku);
    if (shelf) page.shelves.put(line.sku, move === 'reserve' ? reserve(shelf, line) : giveBack(shelf, line));
  }
}

/** Suggests a purchase, by the rules in force, for each level that the page left below its safety stock. */
export async function suggestPurchases(page: StockPage, skus: readonly string[], { rules, unit, cause, causedBy }: Occasion): Promise<void> {
  for (const sku of new Set(skus)) {
    const shelf = page.shelves.get(sku);
    if (!shelf) continue;
    const { crossed, shelf: watched } = watchSafety(shelf);
    page.shelves.put(sku, watched);
    if (crossed.length === 0) continue;
    const inForce = await rules.at(unit.tx, replenishment);
    for (const level of crossed) {
      const suggestion = suggest(level, inForce.decide(factsOf(level), { now: unit.now, placedAt: unit.now, about: sku }));
      if (suggestion.suggested > 0) unit.send({ type: 'ReplenishmentSuggested', value: { ...suggestion, causedBy } }, cause);
    }
  }
}

export interface Occasion {
  readonly rules: RuleBook;
  readonly unit: Unit;
  readonly cause: Cause;
  readonly causedBy: string;
}

/** What the page asks to be saved. */
export const changesOf = (page: StockPage): StockChanges => ({ shelves: page.shelves.written(), locks: page.locks.written() });
