/** What is known of a customer where prices are made. */
export interface Customer {
  readonly customerId: string;
  /** The ERP has named it. */
  readonly isNamed: boolean;
  /** The ERP holds receivables of it that no order of the mesh made. */
  readonly hasHistory: boolean;
  /** Orders that stand. */
  readonly orders: number;
  /** What they come to, in fen. */
  readonly amount: bigint;
  /** The order that was priced as its first; null when none was, or when that one does not stand. */
  readonly firstOrder: string | null;
}

export const strange = (customerId: string): Customer => ({ customerId, isNamed: false, hasHistory: false, orders: 0, amount: 0n, firstOrder: null });

/** Whether this order is the customer's first. A customer the ERP has not named is not known to be new; one it has old receivables of is not. */
export function isFirst({ isNamed, hasHistory, orders, firstOrder }: Customer, orderId: string): boolean {
  if (firstOrder !== null) return firstOrder === orderId;
  return isNamed && !hasHistory && orders === 0;
}

/** What its earlier orders come to on average, in fen; 0 where there are none. */
export const usualAmount = ({ orders, amount }: Customer): bigint => (orders > 0 ? amount / BigInt(orders) : 0n);
