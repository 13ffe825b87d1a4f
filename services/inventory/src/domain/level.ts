import type { StockLevelChanged, StockLockLine } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';

/** One product in one warehouse, in whole units. */
export interface Level {
  readonly sku: string;
  readonly warehouse: string;
  /** What the ERP counts; may be negative there. */
  readonly onHand: number;
  readonly safetyStock: number;
  /** Promised to orders, locked or committed. */
  readonly reserved: number;
  /** A purchase was suggested and free stock has not recovered since. */
  readonly suggested: boolean;
  readonly changedAt: Instant;
}

/** All warehouses that keep one product, ordered by warehouse. */
export interface Shelf {
  readonly sku: string;
  readonly levels: readonly Level[];
}

/** What may still be promised; below zero when the ERP counts less than we promised. */
export const freeOf = (level: Level): number => level.onHand - level.reserved;

/** Takes promised units out of free stock. */
export function reserve(shelf: Shelf, line: StockLockLine): Shelf {
  return adjust(shelf, line.warehouse, line.quantity);
}

/** Puts promised units back into free stock. */
export function giveBack(shelf: Shelf, line: StockLockLine): Shelf {
  return adjust(shelf, line.warehouse, -line.quantity);
}

/** Takes over what the ERP counts; an older reading than ours changes nothing. */
export function recount(shelf: Shelf | undefined, { sku, warehouse, onHand, safetyStock, changedAt }: StockLevelChanged): Shelf {
  const levels = shelf?.levels ?? [];
  const known = levels.find((level) => level.warehouse === warehouse);
  if (known && known.changedAt > changedAt) return { sku, levels };
  const counted: Level = { reserved: 0, suggested: false, ...known, sku, warehouse, onHand, safetyStock, changedAt };
  return { sku, levels: [...levels.filter((level) => level.warehouse !== warehouse), counted].sort(byWarehouse) };
}

const byWarehouse = (one: Level, other: Level): number => (one.warehouse < other.warehouse ? -1 : 1);

function adjust(shelf: Shelf, warehouse: string, by: number): Shelf {
  return { ...shelf, levels: shelf.levels.map((level) => (level.warehouse === warehouse ? { ...level, reserved: level.reserved + by } : level)) };
}
