import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { ProductCost } from '../usecases/ports.ts';

interface CostRow {
  readonly sku: string;
  readonly unit_cost: bigint | null;
}

/** What the ERP said of these products, as far as it said anything. */
export async function loadCosts(tx: Transaction, skus: readonly string[]): Promise<ReadonlyMap<string, ProductCost>> {
  if (skus.length === 0) return new Map();
  const rows = await query<CostRow>(tx, { name: 'pricing.load-costs', text: 'select sku, unit_cost from pricing.product where sku = any($1::text[])', values: [skus] });
  return new Map(rows.map(({ sku, unit_cost: unitCost }) => [sku, { sku, unitCost }]));
}

/** Keeps what products cost, in one order so that two batches never wait for each other in a circle. */
export async function saveCosts(tx: Transaction, costs: readonly ProductCost[]): Promise<void> {
  const sorted = [...costs].sort((one, other) => (one.sku < other.sku ? -1 : 1));
  await query(tx, {
    name: 'pricing.save-costs',
    text: `insert into pricing.product (sku, unit_cost) select * from unnest($1::text[], $2::bigint[])
      on conflict (sku) do update set unit_cost = excluded.unit_cost`,
    values: [sorted.map(({ sku }) => sku), sorted.map(({ unitCost }) => unitCost)],
  });
}
