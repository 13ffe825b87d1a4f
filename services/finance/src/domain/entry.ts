import type { OrderConfirmed, OrderRecorded } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';

/** One confirmed order in the ledger; written once, never changed. */
export type Entry = OrderRecorded;

/** Enters a confirmed order under the next number, and says whether the ERP booked what was ordered. */
export function recordOrder(order: OrderConfirmed, entryNo: number, now: Instant): Entry {
  const { orderId, customerId, customerName, region, amount, bookedAmount, saleOrderCode, receivableCode, contractId, waybill, placedAt, confirmedAt } = order;
  return {
    orderId, entryNo, customerId, customerName, region, amount, bookedAmount, agrees: amount === bookedAmount,
    saleOrderCode, receivableCode, contractId, waybill, placedAt, confirmedAt, recordedAt: now,
  };
}
