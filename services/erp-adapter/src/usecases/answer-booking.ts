import type { Received, Unit } from '@order-mesh/messaging';
import type { TopicMessages } from '@order-mesh/contracts';
import { book, unbook, type Booking, type Decision } from '../domain/booking.ts';
import { bookRequest } from '../domain/booking-calls.ts';
import type { BookingCall, BookingCalls, Bookings, Log } from './ports.ts';

export interface AnswerBookingPorts {
  readonly bookings: Bookings;
  readonly calls: BookingCalls;
  readonly log: Log;
}

export type BookingCommand = Received<TopicMessages['erp.commands.v1']>;
export type AnswerBooking = (batch: readonly BookingCommand[], unit: Unit) => Promise<void>;

/** Has orders booked and bookings taken back; what is known already is answered at once. */
export const answerBooking = ({ bookings, calls, log }: AnswerBookingPorts): AnswerBooking => async (batch, unit) => {
  const known = new Map(await bookings.load(unit.tx, [...new Set(batch.map(({ value }) => value.orderId))]));
  const neverSent = await calls.withdrawBook(unit, toWithdraw(batch, known));
  const changed = new Map<string, Booking>();
  const asks = new Map<string, BookingCall>();
  for (const message of batch) {
    const { orderId } = message.value;
    const before = known.get(orderId);
    const surelyNotBooked = neverSent.has(orderId) || asks.get(orderId)?.type === 'book';
    const decision = message.type === 'BookOrder' ? book(orderId, message.value.customerId, before) : unbook(orderId, before, surelyNotBooked);
    if (surelyNotBooked && decision.booking.status === 'unbooked') asks.delete(orderId);
    if (decision.ask) asks.set(orderId, callFor(message, decision));
    if (decision.answer) unit.send(decision.answer, message);
    if (decision.booking !== before) changed.set(orderId, decision.booking);
    known.set(orderId, decision.booking);
    log.info('booking command', { orderId, command: message.type, status: decision.booking.status, answer: decision.answer?.type });
  }
  await bookings.save(unit.tx, changed, unit.now);
  await calls.ask(unit, [...asks.values()]);
};

function toWithdraw(batch: readonly BookingCommand[], known: ReadonlyMap<string, Booking>): readonly string[] {
  const calledOff = batch.filter(({ type, value }) => type === 'UnbookOrder' && known.get(value.orderId)?.status === 'asked');
  return [...new Set(calledOff.map(({ value }) => value.orderId))];
}

function callFor(message: BookingCommand, { booking, ask }: Decision): BookingCall {
  const { orderId } = message.value;
  const { traceparent } = message.trace;
  if (message.type === 'BookOrder' && ask?.type === 'book') return { type: 'book', request: bookRequest(message.value), traceparent };
  const { round, outstanding } = ask?.type === 'take-back' ? ask : { round: 1 };
  return { type: 'take-back', round, request: { orderId, customerId: booking.customerId, ...(outstanding !== undefined && { outstanding }) }, traceparent };
}
