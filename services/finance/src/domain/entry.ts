import type { OrderConfirmed, OrderRecorded } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';

/** One confirmed order in the ledger; written once, never changed. */
export type Entry = OrderRecorded;

/** A number that no other entry has: numbers of one series have no gaps. */
export interface EntryNumber {
  readonly series: number;
  readonly entryNo: number;
}

/** Enters a confirmed order under a number, and says whether the ERP booked what is to be paid. */
export function recordOrder(order: OrderConfirmed, { series, entryNo }: EntryNumber, now: Instant): Entry {
  const { orderId, customerId, customerName, region, amount, bookedAmount, saleOrderCode, receivableCode, contractId, waybill, placedAt, confirmedAt, discount } = order;
  return {
    orderId, entryNo, series, customerId, customerName, region, amount, bookedAmount, agrees: amount === bookedAmount,
    saleOrderCode, receivableCode, contractId, waybill, placedAt, confirmedAt, recordedAt: now, discount,
  };
}
