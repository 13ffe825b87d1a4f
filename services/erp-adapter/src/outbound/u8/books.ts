import type { Duration } from '@order-mesh/kernel';
import type { Accepted, CallResult, PendingCall } from '@order-mesh/outbound';
import type { BookRequest } from '../../domain/booking-calls.ts';
import type { Refusal } from '../../domain/booking.ts';
import type { DocumentKind, U8Document } from './documents.ts';

/** U8's books as bookings need them, whichever door they are reached through. */
export interface U8Books {
  /** All documents of one kind that carry the order id; dead ones too, as far as the door shows them. */
  documentsOf(kind: DocumentKind, orderId: string, signal?: AbortSignal): Promise<Found<readonly U8Document[]>>;
  /** Brings the document of an order to where a booking wants it. Whatever was done before is found and not done again. */
  establish(wanted: Wanted, signal: AbortSignal): Promise<Step>;
  /** Takes one live document back; undefined when it is. */
  takeBack(document: U8Document, asked: TakingBack, signal: AbortSignal): Promise<NotTakenBack | undefined>;
  /** Whether a document that was to be entered later can't come any more; undefined when it can't. */
  isOver?(receipt: string, signal: AbortSignal): Promise<Unknown | undefined>;
}

/** A document or list that was asked for, or why it could not be told. */
export type Found<What> = { readonly type: 'found'; readonly found: What } | Unknown;

export interface Unknown {
  readonly type: 'unknown';
  readonly detail: string;
  /** U8 asks for fewer calls. */
  readonly retryAfter?: Duration;
  /** U8 works on it. */
  readonly heard?: boolean;
}

/** Nothing to go by: what was asked may have been done. */
export function unsure({ detail, retryAfter, heard }: Omit<Unknown, 'type'>): Unknown {
  return { type: 'unknown', detail, ...(retryAfter !== undefined && { retryAfter }), ...(heard && { heard }) };
}

/** The document an order needs; `known` is the one that was found already. */
export interface Wanted {
  readonly kind: DocumentKind;
  readonly call: PendingCall<BookRequest>;
  readonly known: U8Document | undefined;
  readonly answer: WantedAnswer;
}

/** When U8 is to answer that a document is entered: now; later, where the door can; or now to whom asks for what was to come later. */
export type WantedAnswer = { readonly when: 'now' } | { readonly when: 'later' } | { readonly when: 'was-later'; readonly receipt: string };

/** Whose document is taken back, and in which call: a later one is not answered with what an earlier one did. */
export interface TakingBack {
  readonly kind: DocumentKind;
  readonly orderId: string;
  readonly callKey: string;
}

export type NotTakenBack = Unknown | ({ readonly type: 'refused' } & Refusal);

/** What a booking came to, as plain JSON; the amount is fen in digits, as U8 read it back. */
export type BookAnswer =
  | { readonly type: 'booked'; readonly saleOrderCode: string; readonly receivableCode: string; readonly amount: string }
  /** Something of the order is in U8, the rest was refused. */
  | ({ readonly type: 'half-booked' } & Refusal);

export type BookResult = CallResult<BookAnswer> | Accepted | { readonly type: 'forgotten' };

/** Where the way to one document leads: it stands as wanted, or the booking ends here. */
export type Step = { readonly type: 'stands'; readonly document: U8Document } | { readonly type: 'ended'; readonly result: BookResult };

export function stands(document: U8Document): Step {
  return { type: 'stands', document };
}

/** The booking is refused; something of it may stand. */
export function half(refusal: Refusal): Step {
  return ended({ type: 'answered', answer: { type: 'half-booked', ...refusal } });
}

/** U8 would not enter a document. The sales order is the first: when it is refused, nothing of the order stands. */
export function notEntered(kind: DocumentKind, refusal: Refusal): Step {
  return kind === 'saleorder' ? ended({ type: 'refused', ...refusal }) : half(refusal);
}

/** U8 was not reached or not heard. Once the sales order stands, the booking as a whole is never "surely not done". */
export function notHeard(kind: DocumentKind, said: Omit<Unknown, 'type'> & { readonly type: 'unavailable' | 'unknown' }): Step {
  return ended({ ...unsure(said), type: kind === 'saleorder' ? said.type : 'unknown' });
}

/** U8 has taken the document and tells the result later. */
export function taken(receipt: string, within: Duration): Step {
  return ended({ type: 'accepted', receipt, within });
}

/** U8 knows nothing of a result that was to come. */
export function forgotten(): Step {
  return ended({ type: 'forgotten' });
}

function ended(result: BookResult): Step {
  return { type: 'ended', result };
}
