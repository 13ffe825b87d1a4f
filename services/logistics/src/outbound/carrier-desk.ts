import { hours, minutes, never } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { callDesk, type CallLimits, type DeskRuntime, type RepeatableEffect, type SettledFrom } from '@order-mesh/outbound';
import type { CallOff, Carrier, CarrierAnswer, Consignment } from '../usecases/ports.ts';

/** What an adapter of a carrier can do; its idempotency key is the order id. */
export type CarrierOperations = Readonly<{
  book: RepeatableEffect<Consignment, { readonly carrier: string; readonly waybill: string }>;
  'call-off': RepeatableEffect<CallOff, null>;
}>;

export interface CarrierDeskOptions {
  readonly runtime: DeskRuntime;
  readonly operations: CarrierOperations;
  readonly settle: (answers: readonly CarrierAnswer[], unit: Unit) => Promise<void>;
  readonly limits?: Partial<CallLimits>;
}

// Both end before the order's own patience does, so that the order hears our reason and not its timeout
const BOOK_WITHIN = hours(2) - minutes(5);
const CALL_OFF_WITHIN = minutes(50);

/** The carrier behind the durable desk. */
export function openCarrierDesk({ settle, ...options }: CarrierDeskOptions): Carrier {
  const desk = callDesk({ ...options, service: 'logistics', system: 'carrier', settle: (settled, unit) => settle(settled.map(answerOf), unit) });
  return {
    book: (unit, consignments) => desk.ask(unit, consignments.map(({ cause, ...request }) => (
      { key: bookKey(request.orderId), operation: 'book', orderId: request.orderId, ledger: request.customerName, request, giveUpAt: unit.now + BOOK_WITHIN, trace: cause.trace }))),
    async recall(unit, orderIds) {
      const taken = new Set(await desk.withdraw(unit, orderIds.map(bookKey)));
      return orderIds.filter((orderId) => taken.has(bookKey(orderId)));
    },
    callOff: (unit, orders) => desk.ask(unit, orders.map(({ cause, ...request }) => (
      { key: `call-off/${request.orderId}/${request.attempt}`, operation: 'call-off', orderId: request.orderId, ledger: 'call-off', request, giveUpAt: unit.now + CALL_OFF_WITHIN, trace: cause.trace }))),
  };
}

const bookKey = (orderId: string): string => `book/${orderId}`;

function answerOf(settled: SettledFrom<CarrierOperations>): CarrierAnswer {
  const { orderId, cause } = settled;
  switch (settled.operation) {
    case 'book': return { type: 'booking', orderId, outcome: settled.outcome, cause };
    case 'call-off': return { type: 'calling-off', orderId, outcome: settled.outcome, cause };
    default: return never(settled);
  }
}
