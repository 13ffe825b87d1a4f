import type { StockLine, StockLockLine } from '@order-mesh/contracts';
import { freeOf, type Level, type Shelf } from './level.ts';

export type PromiseDecision =
  | { readonly type: 'promised'; readonly lines: readonly StockLockLine[] }
  | { readonly type: 'refused'; readonly refusal: StockRefusal };

export interface StockRefusal {
  readonly reason: 'bad-quantity' | 'unknown-sku' | 'out-of-stock';
  readonly detail: string;
}

export type ShelfOf = (sku: string) => Shelf | undefined;

/** Can every line be promised? All or none; the same product on several lines adds up. */
export function promiseStock(lines: readonly StockLine[], shelfOf: ShelfOf): PromiseDecision {
  const bad = lines.filter(({ quantity }) => !Number.isSafeInteger(quantity) || quantity <= 0);
  if (lines.length === 0 || bad.length > 0) return refuse('bad-quantity', `whole units above zero are needed${inWords(bad.map(asked))}`);

  const demand = addUp(lines);
  const unknown = [...demand.keys()].filter((sku) => shelfOf(sku) === undefined);
  if (unknown.length > 0) return refuse('unknown-sku', `no stock is kept${inWords(unknown)}`);

  const short = [...demand].filter(([sku, needed]) => freeOn(shelfOf(sku)) < needed);
  if (short.length > 0) return refuse('out-of-stock', `not enough free stock${inWords(short.map(([sku, needed]) => shortage(sku, needed, freeOn(shelfOf(sku)))))}`);

  return { type: 'promised', lines: [...demand].flatMap(([sku, needed]) => pick(shelfOf(sku)?.levels ?? [], needed)) };
}

function addUp(lines: readonly StockLine[]): ReadonlyMap<string, number> {
  const demand = new Map<string, number>();
  for (const { sku, quantity } of lines) demand.set(sku, (demand.get(sku) ?? 0) + quantity);
  return demand;
}

// a warehouse we promised too much from must not hide what another one has
const freeOn = (shelf: Shelf | undefined): number => (shelf?.levels ?? []).reduce((sum, level) => sum + Math.max(0, freeOf(level)), 0);

/** From one warehouse where one has it all, else from as few as possible: the fullest first. */
function pick(levels: readonly Level[], needed: number): readonly StockLockLine[] {
  const whole = levels.find((level) => freeOf(level) >= needed);
  const sources = whole ? [whole] : levels.toSorted((one, other) => freeOf(other) - freeOf(one));
  const lines: StockLockLine[] = [];
  let missing = needed;
  for (const level of sources) {
    const quantity = Math.min(missing, Math.max(0, freeOf(level)));
    if (quantity > 0) lines.push({ sku: level.sku, warehouse: level.warehouse, quantity });
    missing -= quantity;
  }
  return lines;
}

function refuse(reason: StockRefusal['reason'], detail: string): PromiseDecision {
  return { type: 'refused', refusal: { reason, detail } };
}

const asked = ({ sku, quantity }: StockLine): string => `${quantity} of ${sku}`;

const shortage = (sku: string, needed: number, free: number): string => `${sku} is ${needed - free} short (${needed} asked, ${free} free)`;

const SHOWN = 5;

function inWords(entries: readonly string[]): string {
  if (entries.length === 0) return '';
  const more = entries.length > SHOWN ? ` and ${entries.length - SHOWN} more` : '';
  return `: ${entries.slice(0, SHOWN).join('; ')}${more}`;
}
