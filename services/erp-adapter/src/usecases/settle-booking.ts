import type { Cause, Unit } from '@order-mesh/messaging';
import { bookingSettled, takeBackSettled, type Booking, type BookOutcome, type TakeBackOutcome } from '../domain/booking.ts';
import type { BookingCall, BookingCalls, Bookings, Log } from './ports.ts';

export interface SettleBookingPorts {
  readonly bookings: Bookings;
  readonly calls: BookingCalls;
  readonly log: Log;
}

/** How one call to the ERP came to its end. */
export type Settled = { readonly orderId: string; readonly cause: Cause } & (
  | { readonly type: 'book'; readonly outcome: BookOutcome }
  | { readonly type: 'take-back'; readonly outcome: TakeBackOutcome });

export type SettleBooking = (settled: readonly Settled[], unit: Unit) => Promise<void>;

/** Takes the ERP's answers in, passes them on, and asks for whatever has to be taken back. */
export const settleBooking = ({ bookings, calls, log }: SettleBookingPorts): SettleBooking => async (settled, unit) => {
  const known = new Map(await bookings.load(unit.tx, [...new Set(settled.map(({ orderId }) => orderId))]));
  const changed = new Map<string, Booking>();
  const asks: BookingCall[] = [];
  for (const one of settled) {
    const { orderId, cause } = one;
    const before = known.get(orderId);
    if (!before) continue;
    const decision = one.type === 'book' ? bookingSettled(orderId, before, one.outcome) : takeBackSettled(orderId, before, one.outcome);
    const { booking, ask, answer } = decision;
    if (ask?.type === 'take-back') {
      asks.push({ type: 'take-back', round: ask.round, request: { orderId, customerId: booking.customerId, ...(ask.outstanding !== undefined && { outstanding: ask.outstanding }) }, traceparent: cause.trace.traceparent });
    }
    if (answer) unit.send(answer, cause);
    known.set(orderId, booking);
    if (booking !== before) changed.set(orderId, booking);
    log.info('ERP answered', { orderId, asked: one.type, outcome: one.outcome.type, status: booking.status, ...('refusal' in one.outcome && one.outcome.refusal) });
  }
  await bookings.save(unit.tx, changed, unit.now);
  await calls.ask(unit, asks);
};
