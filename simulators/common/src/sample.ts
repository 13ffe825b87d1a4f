import { readFileSync } from 'node:fs';

/** What a customer still owes; `daysOverdue` counts from "now", negative when not yet due. */
export interface OpenItem {
  readonly documentNumber: string;
  readonly amountFen: number;
  readonly daysOverdue: number;
}

/** A customer of the sample. `region` is a Chinese province or 海外, which no carrier here serves. */
export interface SampleCustomer {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly address: string;
  readonly contactName: string;
  readonly contactPhone: string;
  readonly creditLimitFen: number;
  readonly paymentTermsDays: number;
  /** How the customer answers a contract put before it. */
  readonly signs: 'always' | 'refuses';
  readonly receivables: readonly OpenItem[];
}

/** A product of the sample; stock is counted in `unit` at `warehouse`. */
export interface SampleProduct {
  readonly sku: string;
  readonly name: string;
  readonly unit: string;
  readonly unitPriceFen: number;
  /** What a unit costs the company, without tax; absent where nobody has entered it. */
  readonly unitCostFen?: number;
  readonly onHand: number;
  readonly safetyStock: number;
  readonly warehouse: string;
}

/** A real basket: whole quantities above zero, prices as they were paid that day. */
export interface SampleOrder {
  readonly number: string;
  readonly customerId: string;
  /** When it was really bought, such as 2010-12-01T15:27. */
  readonly soldAt: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitPriceFen: number }[];
}

/** The world all simulators share. */
export interface Sample {
  readonly customers: readonly SampleCustomer[];
  readonly products: readonly SampleProduct[];
  readonly orders: readonly SampleOrder[];
}

/** Reads the sample that every simulator is seeded from (source and licence: simulators/data/README.md). */
export function loadSample(): Sample {
  const orders = read<StoredOrder>('orders').map((order) => ({ ...order, lines: order.lines.map(([sku, quantity, unitPriceFen]) => ({ sku, quantity, unitPriceFen })) }));
  return { customers: read('customers'), products: read('products'), orders };
}

type StoredOrder = Omit<SampleOrder, 'lines'> & { readonly lines: readonly (readonly [sku: string, quantity: number, unitPriceFen: number])[] };

// The same relative path holds from src/ and from dist/
function read<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../../data/${name}.json`, import.meta.url), 'utf8'));
}
