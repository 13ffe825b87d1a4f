import { never, type Duration, type Instant } from '@order-mesh/kernel';
import { callDesk, type CallLedger, type CallLimits, type CallTo, type DeskRuntime, type SettledFrom } from '@order-mesh/outbound';
import type { BookOutcome, TakeBackOutcome } from '../../domain/booking.ts';
import { fenFromDigits } from '../../domain/booking-calls.ts';
import type { BookingCall, BookingCalls } from '../../usecases/ports.ts';
import type { SettleBooking, Settled } from '../../usecases/settle-booking.ts';
import { bookInU8 } from './book.ts';
import type { U8Books } from './books.ts';
import { takeBackInU8 } from './take-back.ts';

export interface BookingDeskOptions {
  readonly runtime: DeskRuntime;
  readonly books: U8Books;
  readonly giveUpAfter: Duration;
  /** The company's books (账套) that are written to: U8 counts calls by them. */
  readonly company: string;
  readonly limits: Partial<CallLimits>;
  /** Where calls are kept; PostgreSQL if not named. */
  readonly ledger?: CallLedger;
  readonly settle: (calls: BookingCalls) => SettleBooking;
}

// A type, not an interface: only a type has the index signature that the desk asks for
type Operations = {
  readonly 'book': ReturnType<typeof bookInU8>;
  readonly 'take-back': ReturnType<typeof takeBackInU8>;
  /** The same towards U8, but no booking waits for it. */
  readonly 'take-back-documents': ReturnType<typeof takeBackInU8>;
};

/** Opens the desk through which bookings go to U8: one call books a whole order, one takes it back. */
export function bookingDesk({ runtime, books, giveUpAfter, company, limits, settle, ledger }: BookingDeskOptions): BookingCalls {
  const operations = { 'book': bookInU8(books), 'take-back': takeBackInU8(books), 'take-back-documents': takeBackInU8(books) };
  const desk = callDesk({
    service: 'erp-adapter', system: 'u8', runtime, operations, limits, ...(ledger && { ledger }),
    settle: (settled, unit) => {
      for (const one of settled) if (one.operation === 'take-back-documents') logRepair(runtime, one);
      return settleBooking(settled.flatMap((one) => (one.operation === 'take-back-documents' ? [] : [settledFrom(one)])), unit);
    },
  });
  const calls: BookingCalls = {
    ask: (unit, asked) => desk.ask(unit, asked.map((call) => callTo(call, { company, giveUpAt: unit.now + giveUpAfter }))),
    async withdrawBook(unit, orderIds) {
      if (orderIds.length === 0) return new Set();
      const withdrawn = new Set(await desk.withdraw(unit, orderIds.map(bookKey)));
      return new Set(orderIds.filter((orderId) => withdrawn.has(bookKey(orderId))));
    },
  };
  const settleBooking = settle(calls);
  return calls;
}

function callTo(call: BookingCall, { company, giveUpAt }: { readonly company: string; readonly giveUpAt: Instant }): CallTo<Operations> {
  const { orderId, customerId } = call.request;
  const common = { orderId, ledger: company, customer: customerId, giveUpAt, ...traceOf(call) };
  switch (call.type) {
    case 'book': return { ...common, key: bookKey(orderId), operation: 'book', request: call.request };
    case 'take-back': return { ...common, key: `TB-${orderId}-${call.round}`, operation: 'take-back', request: call.request };
    case 'take-back-documents': return { ...common, key: `TBD-${call.askedBy}`, operation: 'take-back-documents', request: call.request };
    default: return never(call);
  }
}

// Whether it has helped is for the next reconciliation to say
function logRepair({ log }: DeskRuntime, { orderId, request, outcome }: Extract<SettledFrom<Operations>, { readonly operation: 'take-back-documents' }>): void {
  const what = { orderId, codes: request.codes };
  if (outcome.type === 'answered') log.info('documents taken back', what);
  else log.error('documents could not be taken back', { ...what, outcome: outcome.type, detail: outcome.detail });
}

function bookKey(orderId: string): string {
  return `BOOK-${orderId}`;
}

function traceOf({ traceparent }: BookingCall): { readonly trace?: { readonly traceparent: string } } {
  return traceparent === undefined ? {} : { trace: { traceparent } };
}

function settledFrom(settled: Exclude<SettledFrom<Operations>, { readonly operation: 'take-back-documents' }>): Settled {
  const { orderId, cause } = settled;
  if (settled.operation === 'take-back') return { type: 'take-back', orderId, cause, outcome: takeBackOutcome(settled.outcome) };
  return { type: 'book', orderId, cause, outcome: bookOutcome(settled.outcome) };
}

function bookOutcome(outcome: Extract<SettledFrom<Operations>, { readonly operation: 'book' }>['outcome']): BookOutcome {
  if (outcome.type === 'refused') return { type: 'refused', refusal: { reason: outcome.reason, detail: outcome.detail } };
  if (outcome.type === 'failed') {
    const refusal = { reason: 'erp-unreachable', detail: outcome.detail };
    return outcome.surelyNotDone ? { type: 'refused', refusal } : { type: 'half-booked', refusal, ...(outcome.receipt !== undefined && { outstanding: outcome.receipt }) };
  }
  const { answer } = outcome;
  if (answer.type === 'half-booked') return { type: 'half-booked', refusal: { reason: answer.reason, detail: answer.detail } };
  const { saleOrderCode, receivableCode, amount } = answer;
  return { type: 'booked', documents: { saleOrderCode, receivableCode, amount: fenFromDigits(amount) } };
}

function takeBackOutcome(outcome: Extract<SettledFrom<Operations>, { readonly operation: 'take-back' }>['outcome']): TakeBackOutcome {
  if (outcome.type === 'answered') return { type: 'taken-back' };
  return { type: 'failed', refusal: { reason: outcome.type === 'refused' ? outcome.reason : 'erp-unreachable', detail: outcome.detail } };
}
