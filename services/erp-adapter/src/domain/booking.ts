import { never, type Fen } from '@order-mesh/kernel';
import type { MessageOf } from '@order-mesh/contracts';

/** A "no" with its stable code and the words for a person. */
export interface Refusal {
  readonly reason: string;
  readonly detail: string;
}

/** What the ERP wrote down for an order. */
export interface BookedDocuments {
  readonly saleOrderCode: string;
  readonly receivableCode: string;
  /** As the ERP read it back. */
  readonly amount: Fen;
}

/** The life of one order's booking in the ERP. */
export type Booking =
  | { readonly status: 'asked'; readonly customerId: string }
  /** Asked and called off: taken back as soon as it is known what became of it. */
  | { readonly status: 'called-off'; readonly customerId: string }
  | { readonly status: 'booked'; readonly customerId: string; readonly documents: BookedDocuments }
  /** The documents are being taken back, then `answer` is given. */
  | ({ readonly status: 'taking-back' } & TakingBack)
  /** Taking back failed; documents may stand in the ERP. */
  | ({ readonly status: 'left-over' } & TakingBack)
  | { readonly status: 'unbooked'; readonly customerId: string }
  | { readonly status: 'refused'; readonly customerId: string; readonly refusal: Refusal };

interface TakingBack {
  readonly customerId: string;
  readonly round: number;
  readonly answer: TakeBackAnswer;
  /** The ERP's receipt for a document that it may enter still: nothing is gone before that is over. */
  readonly outstanding?: string;
}

/** What is said once nothing stands in the ERP any more: "unbooked" to whom asked for it, else why the order was not booked. */
export type TakeBackAnswer = { readonly type: 'unbooked' } | { readonly type: 'refused'; readonly refusal: Refusal };

/** How the attempt to book ended. */
export type BookOutcome =
  | { readonly type: 'booked'; readonly documents: BookedDocuments }
  /** The ERP said no and holds nothing. */
  | { readonly type: 'refused'; readonly refusal: Refusal }
  /** The ERP said no half-way, or was never heard of again: something may stand there. */
  | { readonly type: 'half-booked'; readonly refusal: Refusal; readonly outstanding?: string };

export type TakeBackOutcome = { readonly type: 'taken-back' } | { readonly type: 'failed'; readonly refusal: Refusal };

export type BookingAnswer = MessageOf<'OrderBooked'> | MessageOf<'BookingRefused'> | MessageOf<'OrderUnbooked'> | MessageOf<'UnbookingRefused'>;

/** What follows: the booking as it now stands, what the ERP is asked to do, what is answered. */
export interface Decision {
  readonly booking: Booking;
  readonly ask?: { readonly type: 'book' } | { readonly type: 'take-back'; readonly round: number; readonly outstanding?: string };
  readonly answer?: BookingAnswer;
}

/** Decides on a BookOrder. Whatever was decided before is answered again; an order once called off is never booked. */
export function book(orderId: string, customerId: string, booking: Booking | undefined): Decision {
  if (!booking) return { booking: { status: 'asked', customerId }, ask: { type: 'book' } };
  switch (booking.status) {
    case 'asked': return { booking };
    case 'booked': return { booking, answer: booked(orderId, booking.documents) };
    case 'refused': return { booking, answer: refused(orderId, booking.refusal) };
    case 'taking-back': return booking.answer.type === 'refused' ? { booking } : { booking, answer: refused(orderId, WITHDRAWN) };
    case 'left-over': return booking.answer.type === 'refused' ? takeBackAgain(booking, booking.answer) : { booking, answer: refused(orderId, WITHDRAWN) };
    case 'called-off':
    case 'unbooked': return { booking, answer: refused(orderId, WITHDRAWN) };
    default: return never(booking);
  }
}

/** Decides on an UnbookOrder. `surelyNotBooked`: the ERP has not been asked and will not be. */
export function unbook(orderId: string, booking: Booking | undefined, surelyNotBooked: boolean): Decision {
  if (!booking) return { booking: { status: 'unbooked', customerId: '' }, answer: unbooked(orderId) };
  const { customerId } = booking;
  switch (booking.status) {
    case 'asked':
      return surelyNotBooked ? { booking: { status: 'unbooked', customerId }, answer: unbooked(orderId) } : { booking: { status: 'called-off', customerId } };
    case 'booked': return takeBack({ customerId, round: 1, answer: { type: 'unbooked' } });
    case 'left-over': return takeBackAgain(booking, { type: 'unbooked' });
    case 'taking-back': return { booking: { ...booking, answer: { type: 'unbooked' } } };
    case 'called-off': return { booking };
    case 'refused':
    case 'unbooked': return { booking: { status: 'unbooked', customerId }, answer: unbooked(orderId) };
    default: return never(booking);
  }
}

/** Takes in how booking ended. */
export function bookingSettled(orderId: string, booking: Booking, outcome: BookOutcome): Decision {
  const { customerId } = booking;
  if (booking.status !== 'asked' && booking.status !== 'called-off') return { booking };
  const calledOff = booking.status === 'called-off';
  switch (outcome.type) {
    case 'booked':
      if (calledOff) return takeBack({ customerId, round: 1, answer: { type: 'unbooked' } });
      return { booking: { status: 'booked', customerId, documents: outcome.documents }, answer: booked(orderId, outcome.documents) };
    case 'refused':
      if (calledOff) return { booking: { status: 'unbooked', customerId }, answer: unbooked(orderId) };
      return { booking: { status: 'refused', customerId, refusal: outcome.refusal }, answer: refused(orderId, outcome.refusal) };
    case 'half-booked':
      return takeBack({ customerId, round: 1, answer: calledOff ? { type: 'unbooked' } : { type: 'refused', refusal: outcome.refusal }, ...outstandingIn(outcome) });
    default: return never(outcome);
  }
}

/** Takes in how taking back ended. Where nobody asked for it, a failure is kept to ourselves: the order's own deadline asks again. */
export function takeBackSettled(orderId: string, booking: Booking, outcome: TakeBackOutcome): Decision {
  if (booking.status !== 'taking-back') return { booking };
  const { customerId, answer } = booking;
  if (outcome.type === 'failed') {
    const leftOver: Booking = { ...booking, status: 'left-over' };
    return answer.type === 'unbooked' ? { booking: leftOver, answer: { type: 'UnbookingRefused', value: { orderId, ...outcome.refusal } } } : { booking: leftOver };
  }
  if (answer.type === 'unbooked') return { booking: { status: 'unbooked', customerId }, answer: unbooked(orderId) };
  return { booking: { status: 'refused', customerId, refusal: answer.refusal }, answer: refused(orderId, answer.refusal) };
}

const WITHDRAWN: Refusal = { reason: 'withdrawn', detail: 'the booking was taken back before; it is not made again' };

function takeBack(back: TakingBack): Decision {
  return { booking: { status: 'taking-back', ...back }, ask: { type: 'take-back', round: back.round, ...outstandingIn(back) } };
}

function takeBackAgain({ customerId, round, ...rest }: TakingBack, answer: TakeBackAnswer): Decision {
  return takeBack({ customerId, round: round + 1, answer, ...outstandingIn(rest) });
}

function outstandingIn({ outstanding }: { readonly outstanding?: string }): { readonly outstanding?: string } {
  return outstanding === undefined ? {} : { outstanding };
}

function booked(orderId: string, documents: BookedDocuments): BookingAnswer {
  return { type: 'OrderBooked', value: { orderId, ...documents } };
}

function refused(orderId: string, { reason, detail }: Refusal): BookingAnswer {
  return { type: 'BookingRefused', value: { orderId, reason, detail } };
}

function unbooked(orderId: string): BookingAnswer {
  return { type: 'OrderUnbooked', value: { orderId } };
}
