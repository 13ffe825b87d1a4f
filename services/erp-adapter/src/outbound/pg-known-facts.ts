import { query, type Database } from '@order-mesh/platform';
import { keyOf, type Fact } from '../domain/master-data.ts';
import type { KnownFacts } from '../usecases/ports.ts';

/** Known facts in PostgreSQL, schema `erp_adapter`. */
export function pgKnownFacts(database: Pick<Database, 'query'>): KnownFacts {
  return {
    async position(kind) {
      const statement = { name: 'erp-adapter.position', text: 'select position from erp_adapter.list_position where kind = $1', values: [kind] };
      return (await database.query<{ readonly position: bigint }>(statement))[0]?.position ?? 0n;
    },
    load: async (tx, kind, keys) => contents(await query(tx, { name: 'erp-adapter.load-facts', text: LOAD, values: [kind, keys] })),
    loadStockOf: async (tx, skus) => contents(await query(tx, { name: 'erp-adapter.load-stock-of', text: LOAD_STOCK_OF, values: [skus] })),
    async save(tx, facts) {
      if (facts.length === 0) return;
      const values = [
        facts.map(({ kind }) => kind), facts.map(keyOf),
        facts.map((fact) => (fact.kind === 'stock' ? fact.sku : null)), facts.map((fact) => JSON.stringify(fact)),
      ];
      await query(tx, { name: 'erp-adapter.save-facts', text: SAVE, values });
    },
    async moveTo(tx, kind, position) {
      await query(tx, { name: 'erp-adapter.move-to', text: MOVE, values: [kind, position] });
    },
  };
}

const LOAD = 'select content from erp_adapter.fact where kind = $1 and key = any($2::text[]) order by key for update';

const LOAD_STOCK_OF = 'select content from erp_adapter.fact where sku = any($1::text[]) order by key for update';

const SAVE = `
  insert into erp_adapter.fact (kind, key, sku, content)
  select kind, key, sku, content::jsonb from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as new(kind, key, sku, content)
  on conflict (kind, key) do update set content = excluded.content`;

const MOVE = `
  insert into erp_adapter.list_position (kind, position) values ($1, $2)
  on conflict (kind) do update set position = greatest(list_position.position, excluded.position)`;

function contents(rows: readonly { readonly content: Fact }[]): readonly Fact[] {
  return rows.map(({ content }) => content);
}
