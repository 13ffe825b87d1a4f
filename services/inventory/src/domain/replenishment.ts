import { factsFor, replenishment, type Decision, type Values } from '@order-mesh/rules';
import { freeOf, type Level, type Shelf } from './level.ts';

/** How much to buy of a product for one warehouse, and which rule says so. */
export interface Suggestion {
  readonly sku: string;
  readonly warehouse: string;
  readonly free: number;
  readonly safetyStock: number;
  readonly suggested: number;
  /** Empty where none held. */
  readonly rule: string;
  readonly rulesHash: string;
}

/** Looks which levels have crossed below their safety stock: each once a crossing, remembered until free stock is back at the level. */
export function watchSafety(shelf: Shelf): { readonly shelf: Shelf; readonly crossed: readonly Level[] } {
  const crossed = shelf.levels.filter((level) => isBelow(level) && !level.suggested);
  const levels = shelf.levels.map((level) => (isBelow(level) === level.suggested ? level : { ...level, suggested: isBelow(level) }));
  return { shelf: { ...shelf, levels }, crossed };
}

/** What the rules of replenishment are told about a level. */
export const factsOf = (level: Level): Values => factsFor(replenishment, { sku: level.sku, free: freeOf(level), safetyStock: level.safetyStock });

/** Fills the stock up to the multiple of its safety level that was decided, in hundredths. */
export function suggest(level: Level, { said, rule, hash }: Decision): Suggestion {
  const { sku, warehouse, safetyStock } = level;
  const free = freeOf(level);
  return { sku, warehouse, free, safetyStock, suggested: Math.max(0, Math.ceil((safetyStock * Number(said['fillTo'])) / 100) - free), rule: rule ?? '', rulesHash: hash };
}

const isBelow = (level: Level): boolean => freeOf(level) < level.safetyStock;
