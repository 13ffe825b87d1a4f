import type { Row } from '../database/tables.ts';
import type { Snapshot, Violation } from './snapshot.ts';

const big = (value: unknown): bigint => BigInt(String(value ?? 0));

interface Content {
  readonly price: { readonly discounts: readonly { readonly amount: string }[]; readonly claim: { readonly rule: string; readonly amount: string; readonly budget: string } | null; readonly isFirst: boolean };
}

interface Priced {
  readonly row: Row;
  readonly orderId: string;
  readonly customerId: string;
  readonly price: Content['price'];
}

/** Promotions: what a budget is booked with is what orders that stand were given, and no more than it allows; a customer has one first order, and no order pays more or less than its prices say. */
export function pricesAreKept({ rows }: Snapshot): readonly Violation[] {
  const broken = (orderId: string | null, what: string): Violation => ({ invariant: 'I1', orderId, what });
  const standing = rows('pricing.quote').filter(({ status }) => status === 'priced').map((row): Priced => {
    const { price }: Content = JSON.parse(String(row['content']));
    return { row, orderId: String(row['order_id']), customerId: String(row['customer_id']), price };
  });
  const claims = Map.groupBy(standing.flatMap(({ price: { claim } }) => (claim ? [claim] : [])), ({ rule }) => rule);
  const budgets = rows('pricing.budget').flatMap((row) => {
    const taken = claims.get(String(row['rule'])) ?? [];
    const spent = taken.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const most = taken.reduce((one, { budget }) => (one === null || BigInt(budget) === 0n ? null : one > BigInt(budget) ? one : BigInt(budget)), taken.length > 0 ? 0n : null);
    return [
      spent === big(row['spent']) ? [] : broken(null, `promotion ${String(row['rule'])} is booked with ${String(row['spent'])} fen; orders were given ${spent}`),
      most === null || spent <= most ? [] : broken(null, `promotion ${String(row['rule'])} has given ${spent} fen of ${most}`),
    ].flat();
  });
  const byCustomer = Map.groupBy(standing, ({ customerId }) => customerId);
  const customers = rows('pricing.customer').flatMap((row) => {
    const own = byCustomer.get(String(row['customer_id'])) ?? [];
    const amount = own.reduce((sum, one) => sum + big(one.row['amount']), 0n);
    const first = own.filter(({ price }) => price.isFirst);
    return [
      Number(row['orders']) === own.length && big(row['amount']) === amount ? [] : broken(null, `customer ${String(row['customer_id'])} is booked with ${String(row['orders'])} orders over ${String(row['amount'])} fen; there are ${own.length} over ${amount}`),
      first.length <= 1 ? [] : broken(first[1]?.orderId ?? null, `customer ${String(row['customer_id'])} has ${first.length} first orders`),
    ].flat();
  });
  const wrong = standing.filter(({ row, price }) => big(row['list_amount']) - price.discounts.reduce((sum, { amount }) => sum + BigInt(amount), 0n) !== big(row['amount']));
  return [...budgets, ...customers, ...wrong.map(({ row, orderId }) => broken(orderId, `it costs ${String(row['amount'])} fen, its list prices of ${String(row['list_amount'])} less its discounts something else`))];
}
