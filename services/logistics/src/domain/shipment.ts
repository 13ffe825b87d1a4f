import type { MessageOf } from '@order-mesh/contracts';
import { never } from '@order-mesh/kernel';
import { carrierChoice, toldOf, type DecisionRecord } from '@order-mesh/rules';

/** The transport of one order. What was cancelled stays cancelled, booked or not. */
export type Shipment = Head & Stage;

/** What a shipment is at every stage. */
export interface Head {
  readonly orderId: string;
  /** The decision on how it travels, taken once; null where it was not asked for, or before rules were. */
  readonly record: DecisionRecord | null;
}

export type Stage =
  /** The carrier is being asked. */
  | { readonly status: 'planning' }
  | { readonly status: 'planned'; readonly carrier: string; readonly waybill: string }
  | { readonly status: 'refused'; readonly reason: string; readonly detail: string }
  /** Cancelled while the carrier was being asked: goes on when it is known whether it has booked. */
  | { readonly status: 'recalled' }
  /** The carrier is being asked to call it off; `awaited` when somebody waits for the answer. */
  | { readonly status: 'cancelling'; readonly attempt: number; readonly awaited: boolean }
  | { readonly status: 'cancelled' }
  /** The carrier did not call it off; asking again begins a new attempt. */
  | { readonly status: 'kept'; readonly attempt: number; readonly reason: string; readonly detail: string };

export type Told = MessageOf<'DeliveryPlanned' | 'DeliveryRefused' | 'DeliveryCancelled' | 'CancelDeliveryRefused'>;

/** What a message leads to: how the shipment stands, what is told, what is asked of the carrier. */
export interface Step {
  readonly shipment: Shipment;
  readonly tell?: Told;
  readonly ask?: 'book' | 'recall' | 'call-off';
}

/** What became of booking it. */
export type Booked =
  | { readonly type: 'answered'; readonly answer: { readonly carrier: string; readonly waybill: string } }
  | { readonly type: 'refused'; readonly reason: string; readonly detail: string }
  | { readonly type: 'failed'; readonly detail: string; readonly surelyNotDone: boolean };

/** What became of calling it off. */
export type CalledOff =
  | { readonly type: 'answered' }
  | { readonly type: 'refused'; readonly reason: string; readonly detail: string }
  | { readonly type: 'failed'; readonly detail: string };

/** Books once, as it is decided then; asked again it gives the same answer, or none while the carrier has not answered. */
export function planDelivery(known: Shipment | undefined, orderId: string, decide: () => DecisionRecord): Step {
  if (!known) return { shipment: { orderId, record: decide(), status: 'planning' }, ask: 'book' };
  switch (known.status) {
    case 'planning': return { shipment: known };
    case 'planned': return { shipment: known, tell: planned(known, known) };
    case 'refused': return { shipment: known, tell: refused(known, known) };
    case 'recalled': case 'cancelling': case 'cancelled': case 'kept':
      return { shipment: known, tell: refused({ orderId, record: null }, { reason: 'withdrawn', detail: 'the delivery was cancelled before' }) };
    default: return never(known);
  }
}

/** Calls off whatever there is; what was never planned is remembered as cancelled. */
export function cancelDelivery(known: Shipment | undefined, orderId: string): Step {
  if (!known) return cancelled({ orderId, record: null });
  switch (known.status) {
    case 'planning': return { shipment: { ...known, status: 'recalled' }, ask: 'recall' };
    case 'planned': return callOff(known, 1, true);
    case 'kept': return callOff(known, known.attempt + 1, true);
    case 'cancelling': return { shipment: { ...known, awaited: true } };
    case 'recalled': return { shipment: known };
    case 'refused': case 'cancelled': return cancelled(known);
    default: return never(known);
  }
}

/** The booking never reached the carrier and never will. */
export function noteRecalled(known: Shipment): Step {
  return known.status === 'recalled' ? cancelled(known) : { shipment: known };
}

/** Goes on from the carrier's answer, also when the order was cancelled meanwhile. */
export function noteBooked(known: Shipment, outcome: Booked): Step {
  // An answer given up for may still have booked: it is called off before anything is promised
  const maybeBooked = outcome.type === 'answered' || (outcome.type === 'failed' && !outcome.surelyNotDone);
  if (known.status === 'recalled') return maybeBooked ? callOff(known, 1, true) : cancelled(known);
  if (known.status !== 'planning') return { shipment: known };
  if (outcome.type === 'answered') {
    return { shipment: { ...headOf(known), status: 'planned', ...outcome.answer }, tell: planned(known, outcome.answer) };
  }
  const why = outcome.type === 'refused' ? outcome : { reason: 'carrier-unreachable', detail: outcome.detail };
  if (maybeBooked) return { ...callOff(known, 1, false), tell: refused(known, why) };
  return { shipment: { ...headOf(known), status: 'refused', reason: why.reason, detail: why.detail }, tell: refused(known, why) };
}

/** Goes on from the carrier's answer to being asked to call it off. */
export function noteCalledOff(known: Shipment, outcome: CalledOff): Step {
  if (known.status !== 'cancelling') return { shipment: known };
  const { orderId, attempt, awaited } = known;
  if (outcome.type === 'answered' || (outcome.type === 'refused' && outcome.reason === 'unknown-order')) {
    return awaited ? cancelled(known) : { shipment: { ...headOf(known), status: 'cancelled' } };
  }
  const { reason, detail } = outcome.type === 'refused' ? outcome : { reason: 'carrier-unreachable', detail: outcome.detail };
  const shipment = { ...headOf(known), status: 'kept', attempt, reason, detail } as const;
  return awaited ? { shipment, tell: { type: 'CancelDeliveryRefused', value: { orderId, reason, detail } } } : { shipment };
}

const headOf = ({ orderId, record }: Head): Head => ({ orderId, record });

function callOff(head: Head, attempt: number, awaited: boolean): Step {
  return { shipment: { ...headOf(head), status: 'cancelling', attempt, awaited }, ask: 'call-off' };
}

function cancelled(head: Head): Step {
  return { shipment: { ...headOf(head), status: 'cancelled' }, tell: { type: 'DeliveryCancelled', value: { orderId: head.orderId } } };
}

function planned({ orderId, record }: Head, { carrier, waybill }: { readonly carrier: string; readonly waybill: string }): Told {
  return { type: 'DeliveryPlanned', value: { orderId, carrier, waybill, decisions: toldOf(carrierChoice, record) } };
}

function refused({ orderId, record }: Head, { reason, detail }: { readonly reason: string; readonly detail: string }): Told {
  return { type: 'DeliveryRefused', value: { orderId, reason, detail, decisions: toldOf(carrierChoice, record) } };
}
