import { freeOf, type Level, type Shelf } from './level.ts';

/** How much to buy of a product for one warehouse. */
export interface Suggestion {
  readonly sku: string;
  readonly warehouse: string;
  readonly free: number;
  readonly safetyStock: number;
  readonly suggested: number;
}

/**
 * Looks whether free stock crossed below its safety level: one suggestion a crossing, remembered until free stock is back at the level.
 * A suggestion fills the stock up to `timesSafety` times the level.
 */
export function watchSafety(shelf: Shelf, timesSafety: number): { readonly shelf: Shelf; readonly suggestions: readonly Suggestion[] } {
  const crossed = shelf.levels.filter((level) => isBelow(level) && !level.suggested);
  const levels = shelf.levels.map((level) => (isBelow(level) === level.suggested ? level : { ...level, suggested: isBelow(level) }));
  return { shelf: { ...shelf, levels }, suggestions: crossed.map((level) => suggest(level, timesSafety)) };
}

const isBelow = (level: Level): boolean => freeOf(level) < level.safetyStock;

function suggest(level: Level, timesSafety: number): Suggestion {
  const { sku, warehouse, safetyStock } = level;
  const free = freeOf(level);
  return { sku, warehouse, free, safetyStock, suggested: Math.ceil(safetyStock * timesSafety) - free };
}
