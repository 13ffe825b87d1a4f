import type { SampleProduct } from '@order-mesh/simulator';
import { withoutEmpty, type Fields } from './answers.ts';
import { changeOrder } from './changes.ts';
import { readDecimal, writeDecimal, type Millionths } from './decimal.ts';
import type { Document } from './documents.ts';

/** What lies in the warehouse, and how much of it verified orders will take. */
export interface StockRow {
  readonly product: SampleProduct;
  readonly warehouse: Fields;
  readonly onHand: Millionths;
  readonly promised: Millionths;
  readonly timestamp: number;
}

/** The stock of one company, one row a product. */
export interface Stock {
  find(sku: string): StockRow | undefined;
  since(timestamp: number): Iterable<StockRow>;
  /** Takes out of the free stock what a verified order needs, and gives it back when it is verified no more. */
  follow(before: Document | undefined, after: Document): void;
}

/** Opens the stock as the sample has it. */
export function openStock(products: readonly SampleProduct[], warehouseOf: (product: SampleProduct) => Fields): Stock {
  const rows = new Map<string, StockRow>();
  const order = changeOrder((sku) => rows.get(sku));
  const put = (row: StockRow) => {
    rows.set(row.product.sku, row);
    order.add(row.product.sku, row);
  };
  products.forEach((product, index) => put({
    product,
    warehouse: warehouseOf(product),
    onHand: BigInt(product.onHand) * 1_000_000n,
    promised: 0n,
    timestamp: index + 1,
  }));
  return {
    find: (sku) => rows.get(sku),
    since: (timestamp) => order.since(timestamp),
    follow(before, after) {
      const change = netChange(before, after);
      for (const [sku, quantity] of change) {
        const row = rows.get(sku);
        if (row && quantity !== 0n) put({ ...row, promised: row.promised + quantity, timestamp: after.timestamp });
      }
    },
  };
}

/** What is neither taken nor promised. */
export function freeStock({ onHand, promised }: StockRow): Millionths {
  return onHand - promised;
}

/** The row as currentstock/batch_get shows it; the names are U8's table columns in lower case, see README. */
export function stockFields(row: StockRow): Fields {
  return withoutEmpty({
    cwhcode: row.warehouse['code'],
    cwhname: row.warehouse['name'],
    cinvcode: row.product.sku,
    cinvname: row.product.name,
    iquantity: writeDecimal(row.onHand),
    foutquantity: writeDecimal(row.promised),
    finquantity: writeDecimal(0n),
    favaquantity: writeDecimal(freeStock(row)),
    bstopflag: '0',
    timestamp: String(row.timestamp),
  });
}

/** What each product of a sales order adds up to, over all its lines. */
export function neededBySku(order: Document): ReadonlyMap<string, Millionths> {
  const needed = new Map<string, Millionths>();
  for (const entry of order.entries) {
    const sku = entry['inventorycode'] ?? '';
    needed.set(sku, (needed.get(sku) ?? 0n) + (readDecimal(entry['quantity']) ?? 0n));
  }
  return needed;
}

function netChange(before: Document | undefined, after: Document): ReadonlyMap<string, Millionths> {
  const change = new Map(taken(after));
  for (const [sku, quantity] of taken(before)) change.set(sku, (change.get(sku) ?? 0n) - quantity);
  return change;
}

function taken(document: Document | undefined): ReadonlyMap<string, Millionths> {
  return document?.kind === 'saleorder' && document.state === '审核' ? neededBySku(document) : new Map();
}
