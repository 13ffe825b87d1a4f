import type { Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, locksFirst, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import type { Customer } from '../domain/customer.ts';
import type { PricingKeys } from '../usecases/ports.ts';

interface CustomerRow {
  readonly customer_id: string;
  readonly is_named: boolean;
  readonly has_history: boolean;
  readonly orders: number;
  readonly amount: bigint;
  readonly first_order: string | null;
}

/** The customers named, and those behind the orders named. */
export async function loadCustomers(tx: Transaction, { customerIds, orderIds }: PricingKeys): Promise<ReadonlyMap<string, Customer>> {
  const lock = locksFirst(tx);
  const rows = await query<CustomerRow>(tx, {
    name: lock ? 'pricing.lock-customers' : 'pricing.load-customers',
    text: `select customer_id, is_named, has_history, orders, amount, first_order from pricing.customer
      where customer_id = any(array(
        select unnest($1::text[])
        union select customer_id from pricing.quote where order_id = any($2::text[])))
      order by customer_id${lock ? ' for update' : ''}`,
    values: [customerIds, orderIds],
  });
  return new Map(rows.map((row) => [row.customer_id, customerOf(row)]));
}

const customerOf = ({ customer_id: customerId, is_named: isNamed, has_history: hasHistory, orders, amount, first_order: firstOrder }: CustomerRow): Customer =>
  ({ customerId, isNamed, hasHistory, orders, amount, firstOrder });

/**
 * Adds to customers what was decided about them, without having locked them. One that others have changed since it was read takes the sum all the same, unless the decision was about which of its orders
 * is the first: then the transaction fails, and is tried again with locks.
 */
export const saveCustomers = (tx: Transaction, changes: readonly Change<Customer>[]): Promise<void> => addUp(tx, [...changes].sort((one, other) => (one.row.customerId < other.row.customerId ? -1 : 1)));

const openCustomers = (tx: Transaction, opened: readonly Change<Customer>[]): Promise<unknown> => query(tx, {
  name: 'pricing.open-customers',
  text: expectAll(`insert into pricing.customer (customer_id, is_named, has_history, orders, amount, first_order)
    select * from unnest($1::text[], $2::boolean[], $3::boolean[], $4::integer[], $5::bigint[], $6::text[]) on conflict do nothing returning 1`, '$7'),
  values: [
    opened.map(({ row }) => row.customerId), opened.map(({ row }) => row.isNamed), opened.map(({ row }) => row.hasHistory), opened.map(({ row }) => row.orders), opened.map(({ row }) => row.amount),
    opened.map(({ row }) => row.firstOrder), opened.length,
  ],
});

const moveCustomers = (tx: Transaction, moves: readonly ChangeOfKnown<Customer>[]): Promise<unknown> => query(tx, {
  name: 'pricing.move-customers',
  text: expectAll(`update pricing.customer c set is_named = c.is_named or m.is_named, has_history = c.has_history or m.has_history, orders = c.orders + m.orders, amount = c.amount + m.amount,
      first_order = case when m.moves_first then m.first_order else c.first_order end
    from unnest($1::text[], $2::boolean[], $3::boolean[], $4::integer[], $5::bigint[], $6::text[], $7::boolean[], $8::text[], $9::integer[], $10::boolean[])
      m(customer_id, is_named, has_history, orders, amount, first_order, moves_first, seen_first_order, seen_orders, seen_history)
    where c.customer_id = m.customer_id
      and (not m.moves_first or (c.first_order is not distinct from m.seen_first_order and c.orders = m.seen_orders and c.has_history = m.seen_history))
    returning 1`, '$11'),
  values: [
    moves.map(({ row }) => row.customerId), moves.map(({ row }) => row.isNamed), moves.map(({ row }) => row.hasHistory), moves.map(({ row, stored }) => row.orders - stored.orders),
    moves.map(({ row, stored }) => row.amount - stored.amount), moves.map(({ row }) => row.firstOrder), moves.map(({ row, stored }) => row.firstOrder !== stored.firstOrder),
    moves.map(({ stored }) => stored.firstOrder), moves.map(({ stored }) => stored.orders), moves.map(({ stored }) => stored.hasHistory), moves.length,
  ],
});

const addUp = addOrChange(openCustomers, moveCustomers);
