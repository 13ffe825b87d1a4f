import type { Transaction } from '@order-mesh/messaging';
import { query, type Database, type Statement } from '@order-mesh/platform';
import type { Import } from '../domain/import.ts';
import type { Imports, ToldOrders } from '../usecases/ports.ts';

/** Imports in PostgreSQL, schema `crm_adapter`. */
export function pgImports(database: Pick<Database, 'query'>): Imports {
  return {
    active: async () => first(await database.query<StateRow>(ACTIVE)),
    activeIn: async (tx) => first(await query<StateRow>(tx, ACTIVE)),
    load: async (tx, importId) => first(await query<StateRow>(tx, { name: 'crm-adapter.load-import', text: LOAD, values: [importId] })),
    async save(tx, one) {
      await query(tx, { name: 'crm-adapter.save-import', text: SAVE, values: [one.importId, one.state === 'active', JSON.stringify(one)] });
    },
  };
}

/** The orders that the mesh was told of, in PostgreSQL. */
export function pgToldOrders(database: Pick<Database, 'query'>): ToldOrders {
  return {
    among: async (orderIds) => idsIn(await database.query<IdRow>({ name: 'crm-adapter.told-among', text: AMONG, values: [orderIds] })),
    note: async (tx: Transaction, orderIds) => idsIn(await query<IdRow>(tx, { name: 'crm-adapter.note-told', text: NOTE, values: [orderIds] })),
  };
}

interface StateRow {
  readonly state: string;
}

interface IdRow {
  readonly order_id: string;
}

const ACTIVE: Statement = { name: 'crm-adapter.active-import', text: 'select state::text from crm_adapter.import where active' };
const LOAD = 'select state::text from crm_adapter.import where import_id = $1 for update';
const SAVE = `
  insert into crm_adapter.import (import_id, active, state) values ($1, $2, $3::jsonb)
  on conflict (import_id) do update set active = excluded.active, state = excluded.state`;
const AMONG = 'select order_id from crm_adapter.told_order where order_id = any($1::text[])';
// in one order for everybody, so that two processes never wait for each other
const NOTE = `
  insert into crm_adapter.told_order (order_id) select distinct order_id from unnest($1::text[]) as asked(order_id) order by order_id
  on conflict (order_id) do nothing returning order_id`;

// no money in it
const first = ([row]: readonly StateRow[]): Import | null => (row ? JSON.parse(row.state) : null);
const idsIn = (rows: readonly IdRow[]): ReadonlySet<string> => new Set(rows.map(({ order_id: orderId }) => orderId));
