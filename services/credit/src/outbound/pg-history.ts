import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { History } from '../domain/evidence.ts';
import type { HistoryKeys } from '../usecases/ports.ts';

interface HistoryRow {
  readonly customer_id: string;
  readonly orders_confirmed: number;
  readonly amount_confirmed: bigint;
  readonly orders_refused: number;
  readonly receivables: number;
  readonly paid: number;
  readonly overdue: bigint;
}

/** What these customers ordered and paid before; what the transaction has not written yet is left out. */
export async function loadHistories(tx: Transaction, { customerIds, orderIds, today }: HistoryKeys): Promise<ReadonlyMap<string, History>> {
  const rows = await query<HistoryRow>(tx, {
    name: 'credit.histories',
    text: `select customer.id as customer_id, ordered.*, owed.* from unnest($1::text[]) as customer(id)
      cross join lateral (select count(*) filter (where status in ('confirmed', 'invoiced'))::integer as orders_confirmed,
          coalesce(sum(amount) filter (where status in ('confirmed', 'invoiced')), 0)::bigint as amount_confirmed, count(*) filter (where status = 'refused')::integer as orders_refused
        from (select status, amount from credit.hold where customer_id = customer.id and order_id <> all($2::text[]) order by started_at desc limit 1000) last_orders) ordered
      cross join lateral (select count(*)::integer as receivables, count(*) filter (where open <= 0)::integer as paid, coalesce(sum(open) filter (where open > 0 and due_at < $3), 0)::bigint as overdue
        from (select open, due_at from credit.receivable where customer_id = customer.id order by due_at desc limit 1000) last_receivables) owed`,
    values: [customerIds, orderIds, new Date(today)],
  });
  return new Map(rows.map((row) => [row.customer_id, {
    ordersConfirmed: row.orders_confirmed, amountConfirmed: row.amount_confirmed, ordersRefused: row.orders_refused, receivables: row.receivables, paid: row.paid, overdue: row.overdue,
  }]));
}
