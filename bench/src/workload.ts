import type { AnyMessage, OrderPlaced } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';

export const CUSTOMERS = 997;
export const SKUS = 499;
export const CREDIT_LIMIT = 1_000_000n;
export const OVER_LIMIT = 10_000_000n;
/** Nobody delivers there. */
export const UNSERVED = 'XX';
const ON_HAND = 1_000_000_000;

/** How a run differs from the plain workload of `bench/WORKLOAD.md`. */
export interface Variant {
  /** Lines of each order; the amount stays what it is. */
  readonly lines: number;
  /** Nine of ten orders go to one customer and one product. */
  readonly hot: boolean;
  /** Placed over HTTP: the gateway multiplies price and quantity, so that the amount is the price of one unit and not of the line. */
  readonly overHttp?: boolean;
}

export const plain: Variant = { lines: 1, hot: false };

/** Whose books the orders of one run touch: runs of other prefixes share nothing with it. */
export type Prefix = 'o' | 'w' | 'h';

export const orderIdOf = (prefix: Prefix, index: number): string => `${prefix}${String(index).padStart(7, '0')}`;
const customerOf = (prefix: Prefix, index: number): string => `${prefix}C${String(index).padStart(4, '0')}`;
const skuOf = (prefix: Prefix, index: number): string => `${prefix}S${String(index).padStart(4, '0')}`;

/** What becomes of order `index`. */
export type Fate = 'confirmed' | 'over-limit' | 'not-served';

export function fateOf(index: number): Fate {
  if (index % 20 === 0) return 'over-limit';
  return index % 20 === 10 ? 'not-served' : 'confirmed';
}

const quantityOf = (index: number): number => 1 + index % 3;
const amountOf = (index: number): bigint => (fateOf(index) === 'over-limit' ? OVER_LIMIT : BigInt(100 + index % 50));
const isHot = (index: number, { hot }: Variant): boolean => hot && index % 10 !== 0;

/** Order `index` as an upstream system sends it. */
export function orderAt(prefix: Prefix, index: number, variant: Variant = plain): OrderPlaced {
  const orderId = orderIdOf(prefix, index);
  const customer = isHot(index, variant) ? 1 : index % CUSTOMERS;
  const sku = isHot(index, variant) ? 1 : index % SKUS;
  const region = fateOf(index) === 'not-served' ? UNSERVED : '华东';
  const amount = fen(amountOf(index));
  const lines = Array.from({ length: variant.lines }, (_, line) => ({
    lineNo: line + 1, sku: skuOf(prefix, (sku + line) % SKUS), name: `商品 ${sku}`, quantity: quantityOf(index), unit: 'PCS',
    unitPrice: line === 0 ? amount : fen(0n), amount: line === 0 ? amount : fen(0n),
  }));
  return {
    orderId, source: 'bench', externalId: orderId, customerId: customerOf(prefix, customer), customerName: `客户 ${customer}`, region, lines, amount,
    shipTo: { contact: '王芳', phone: '13800001234', region, city: '上海市', street: '人民路 1 号' }, placedAt: Date.UTC(2026, 0, 1), placedBy: '',
  };
}

/** The customers and products that the orders of a prefix name. The one hot customer has room for all. */
export function masterData(prefix: Prefix, { hot }: Variant = plain): readonly (AnyMessage & { readonly key: string })[] {
  const changedAt = Date.UTC(2026, 0, 1);
  const customers = Array.from({ length: CUSTOMERS }, (_, index) => {
    const customerId = customerOf(prefix, index);
    const creditLimit = fen(hot && index === 1 ? OVER_LIMIT - 1n : CREDIT_LIMIT);
    return { type: 'CustomerChanged', key: customerId, value: { customerId, name: `客户 ${index}`, region: '华东', creditLimit, changedAt } } as const;
  });
  const levels = Array.from({ length: SKUS }, (_, index) => {
    const sku = skuOf(prefix, index);
    return { type: 'StockLevelChanged', key: sku, value: { sku, warehouse: 'W1', onHand: ON_HAND, safetyStock: 0, changedAt } } as const;
  });
  return [...customers, ...levels];
}

/** What must stand in the books after orders 0 to `count` - 1. */
export interface Totals {
  readonly confirmed: number;
  readonly overLimit: number;
  readonly notServed: number;
  /** Fen held for confirmed orders. */
  readonly exposure: bigint;
  /** Units promised to confirmed orders. */
  readonly reserved: number;
}

export function totalsOf(count: number, { lines, overHttp }: Variant = plain): Totals {
  const totals = { confirmed: 0, overLimit: 0, notServed: 0, exposure: 0n, reserved: 0 };
  for (let index = 0; index < count; index += 1) {
    const fate = fateOf(index);
    if (fate === 'over-limit') totals.overLimit += 1;
    else if (fate === 'not-served') totals.notServed += 1;
    else {
      totals.confirmed += 1;
      totals.exposure += amountOf(index) * BigInt(overHttp ? quantityOf(index) : 1);
      totals.reserved += quantityOf(index) * lines;
    }
  }
  return totals;
}
