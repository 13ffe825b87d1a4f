import { fenFromYuan, never, type Fen, type Instant } from '@order-mesh/kernel';
import type { MessageOf } from '@order-mesh/contracts';

export interface CustomerFact {
  readonly kind: 'customer';
  readonly customerId: string;
  readonly name: string;
  readonly region: string;
  readonly creditLimit: string;
}

/** The level a product should not fall under; the ERP keeps it with the product, not with the stock. */
export interface ProductFact {
  readonly kind: 'product';
  readonly sku: string;
  readonly safetyStock: number;
}

/** What a unit of a product costs the company. Read beside the product's other facts, with a position of its own: so a mesh that knew products before it asked for costs reads them all once. */
export interface CostFact {
  readonly kind: 'cost';
  readonly sku: string;
  /** With the product's output tax, as prices have it; null where the ERP names none. */
  readonly unitCost: string | null;
}

export interface StockFact {
  readonly kind: 'stock';
  readonly sku: string;
  readonly warehouse: string;
  readonly onHand: number;
}

export interface ReceivableFact {
  readonly kind: 'receivable';
  readonly receivableId: string;
  readonly customerId: string;
  readonly orderId: string | null;
  readonly amount: string;
  readonly open: string;
  readonly dueAt: Instant;
}

/** Something the ERP knows, as plain JSON; amounts in yuan as the ERP writes them with two decimals. */
export type Fact = CustomerFact | ProductFact | CostFact | StockFact | ReceivableFact;
export type FactKind = Fact['kind'];

/** In this order: a limit is told when all that is owed is, or it would be granted once more in full; a stock level when its product is known. */
export const factKinds: readonly FactKind[] = ['receivable', 'customer', 'cost', 'product', 'stock'];

export type MasterDataEvent = MessageOf<'CustomerChanged'> | MessageOf<'ProductCostChanged'> | MessageOf<'StockLevelChanged'> | MessageOf<'ReceivableChanged'>;

/** What names the fact among its kind. */
export function keyOf(fact: Fact): string {
  switch (fact.kind) {
    case 'customer': return fact.customerId;
    case 'product':
    case 'cost': return fact.sku;
    case 'stock': return `${fact.sku} ${fact.warehouse}`;
    case 'receivable': return fact.receivableId;
    default: return never(fact);
  }
}

/** The facts that say something new; the last one counts where a key comes twice. */
export function news<One extends Fact>(read: readonly One[], known: readonly Fact[]): readonly One[] {
  const told = new Map(known.map((fact) => [keyOf(fact), JSON.stringify(sorted(fact))]));
  const latest = new Map(read.map((fact) => [keyOf(fact), fact]));
  return [...latest].filter(([key, fact]) => told.get(key) !== JSON.stringify(sorted(fact))).map(([, fact]) => fact);
}

/** Tells a fact to the mesh. Stock needs the safety level of its product, which is 0 while the ERP names none; a product alone tells nothing. */
export function eventOf(fact: Fact, safetyStock: ReadonlyMap<string, number>, changedAt: Instant): MasterDataEvent | undefined {
  switch (fact.kind) {
    case 'customer': {
      const { customerId, name, region, creditLimit } = fact;
      return { type: 'CustomerChanged', value: { customerId, name, region, creditLimit: money(creditLimit), changedAt } };
    }
    case 'stock': {
      const { sku, warehouse, onHand } = fact;
      return { type: 'StockLevelChanged', value: { sku, warehouse, onHand, safetyStock: safetyStock.get(sku) ?? 0, changedAt } };
    }
    case 'receivable': {
      const { receivableId, customerId, orderId, amount, open, dueAt } = fact;
      return { type: 'ReceivableChanged', value: { receivableId, customerId, orderId, amount: money(amount), open: money(open), dueAt, changedAt } };
    }
    case 'cost': {
      const { sku, unitCost } = fact;
      return { type: 'ProductCostChanged', value: { sku, unitCost: unitCost === null ? null : money(unitCost), changedAt } };
    }
    case 'product': return undefined;
    default: return never(fact);
  }
}

function money(yuan: string): Fen {
  return fenFromYuan(yuan);
}

function sorted(fact: Fact): readonly (readonly [string, unknown])[] {
  return Object.entries(fact).sort(([one], [other]) => (one < other ? -1 : 1));
}
