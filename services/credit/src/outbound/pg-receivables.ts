import { fen, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import type { Receivable } from '../domain/receivable.ts';

/** When the oldest open receivable of each customer was due; null where nothing is open. */
export async function duesOf(tx: Transaction, customerIds: readonly string[]): Promise<ReadonlyMap<string, { readonly at: Instant | null }>> {
  if (customerIds.length === 0) return new Map();
  const rows = await query<{ readonly customer_id: string; readonly due_at: Instant }>(tx, {
    name: 'credit.oldest-dues',
    text: `select customer.id as customer_id, oldest.due_at from unnest($1::text[]) as customer(id)
      cross join lateral (select due_at from credit.receivable where customer_id = customer.id and open > 0 order by due_at limit 1) oldest`,
    values: [customerIds],
  });
  const found = new Map(rows.map((row) => [row.customer_id, row.due_at]));
  return new Map(customerIds.map((customerId) => [customerId, { at: found.get(customerId) ?? null }]));
}

interface ReceivableRow {
  readonly receivable_id: string;
  readonly customer_id: string;
  readonly order_id: string | null;
  readonly amount: bigint;
  readonly open: bigint;
  readonly due_at: Instant;
  readonly changed_at: Instant;
}

export async function loadReceivables(tx: Transaction, receivableIds: readonly string[]): Promise<ReadonlyMap<string, Receivable>> {
  if (receivableIds.length === 0) return new Map();
  const rows = await query<ReceivableRow>(tx, {
    name: 'credit.load-receivables',
    text: `select receivable_id, customer_id, order_id, amount, open, due_at, changed_at
      from credit.receivable where receivable_id = any($1::text[])`,
    values: [receivableIds],
  });
  return new Map(rows.map((row) => [row.receivable_id, receivableOf(row)]));
}

const receivableOf = (row: ReceivableRow): Receivable => ({
  receivableId: row.receivable_id, customerId: row.customer_id, orderId: row.order_id,
  amount: fen(row.amount), open: fen(row.open), dueAt: row.due_at, changedAt: row.changed_at,
});

const addReceivables = (tx: Transaction, changes: readonly Change<Receivable>[]): Promise<unknown> => query(tx, {
  name: 'credit.add-receivables',
  text: expectAll(`insert into credit.receivable (receivable_id, customer_id, order_id, amount, open, due_at, changed_at)
    select * from unnest(${RECEIVABLE_ARRAYS}) on conflict do nothing returning 1`, '$8'),
  values: [...receivableColumns(changes), changes.length],
});

const changeReceivables = (tx: Transaction, changes: readonly ChangeOfKnown<Receivable>[]): Promise<unknown> => query(tx, {
  name: 'credit.change-receivables',
  text: expectAll(`update credit.receivable known set customer_id = c.customer_id, order_id = c.order_id, amount = c.amount, open = c.open, due_at = c.due_at, changed_at = c.changed_at
    from unnest(${RECEIVABLE_ARRAYS}, $8::bigint[], $9::timestamptz[]) c(receivable_id, customer_id, order_id, amount, open, due_at, changed_at, was_open, was_changed_at)
    where known.receivable_id = c.receivable_id and known.open = c.was_open and known.changed_at = c.was_changed_at returning 1`, '$10'),
  values: [
    ...receivableColumns(changes), changes.map(({ stored }) => stored.open), changes.map(({ stored }) => new Date(stored.changedAt)), changes.length,
  ],
});

const RECEIVABLE_ARRAYS = '$1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[]';

function receivableColumns(changes: readonly Change<Receivable>[]): unknown[] {
  const receivables = changes.map(({ row }) => row);
  return [
    receivables.map(({ receivableId }) => receivableId), receivables.map(({ customerId }) => customerId),
    receivables.map(({ orderId }) => orderId), receivables.map(({ amount }) => amount), receivables.map(({ open }) => open),
    receivables.map(({ dueAt }) => new Date(dueAt)), receivables.map(({ changedAt }) => new Date(changedAt)),
  ];
}

/** What is open on a document was added to its account by how the document was read: if others have written it since, the transaction fails, and is tried again with locks. */
export const saveReceivables = addOrChange(addReceivables, changeReceivables);
