import type { CallResult, PartnerEffect, PendingCall } from '@order-mesh/outbound';
import type { BookRequest } from '../../domain/booking-calls.ts';
import type { Refusal } from '../../domain/booking.ts';
import type { U8DocumentConfig } from '../../config.ts';
import type { U8 } from './client.ts';
import { documentBy, documentsOf } from './find.ts';
import { receivableBody, saleOrderBody, totalOf, type DocumentKind, type U8Document } from './documents.ts';
import { errcodes, refusalIn, type Said } from './said.ts';
import { text } from './fields.ts';

/** What a booking came to, as plain JSON; the amount is fen in digits, as U8 read it back. */
export type BookAnswer =
  | { readonly type: 'booked'; readonly saleOrderCode: string; readonly receivableCode: string; readonly amount: string }
  /** The sales order is in U8, the rest was refused. */
  | ({ readonly type: 'half-booked' } & Refusal);

type Result = CallResult<BookAnswer>;
type BookCall = PendingCall<BookRequest>;

/**
 * Books an order: sales order entered and verified, then its receivable. Each write carries a `biz_id` of the order, so all of it can be
 * done again from anywhere and U8 holds each document once. Being asked again is also the inquiry: U8 answers a known `biz_id` with the document.
 */
export function bookInU8(u8: U8, config: U8DocumentConfig): PartnerEffect<BookRequest, BookAnswer> {
  return {
    async perform([call], signal) {
      return call ? [await carryOut({ u8, config, call, signal }, undefined, undefined)] : [];
    },
    async inquire(call, signal) {
      const orders = await documentsOf(u8, 'saleorder', call.orderId, signal);
      if (orders.type === 'unknown') return orders;
      const receivables = await documentsOf(u8, 'oughtreceive', call.orderId, signal);
      if (receivables.type === 'unknown') return receivables;
      return carryOut({ u8, config, call, signal }, orders.found[0], receivables.found[0]);
    },
  };
}

interface Work {
  readonly u8: U8;
  readonly config: U8DocumentConfig;
  readonly call: BookCall;
  readonly signal: AbortSignal;
}

type Step = { readonly type: 'stands'; readonly document: U8Document } | { readonly type: 'ended'; readonly result: Result };

async function carryOut(work: Work, knownOrder: U8Document | undefined, knownReceivable: U8Document | undefined): Promise<Result> {
  const { call, config } = work;
  const order = await verified(work, { kind: 'saleorder', known: knownOrder, body: saleOrderBody(call.request, config, call.askedAt) });
  if (order.type === 'ended') return order.result;
  const receivable = await verified(work, { kind: 'oughtreceive', known: knownReceivable, body: receivableBody(call.request, config, call.askedAt) });
  if (receivable.type === 'ended') return receivable.result;
  const amount = String(totalOf(order.document));
  return { type: 'answered', answer: { type: 'booked', saleOrderCode: order.document.code, receivableCode: receivable.document.code, amount } };
}

interface Wanted {
  readonly kind: DocumentKind;
  readonly known: U8Document | undefined;
  readonly body: unknown;
}

async function verified(work: Work, { kind, known, body }: Wanted): Promise<Step> {
  const id = known?.id ?? await entered(work, kind, body);
  if (typeof id !== 'string') return ended(id);
  const read = await documentBy(work.u8, kind, id, work.signal);
  if (read.type === 'unknown') return ended(read);
  const { state, code } = read.found;
  if (state === 'verified') return { type: 'stands', document: read.found };
  if (state === 'gone') return ended(half({ reason: 'closed-in-erp', detail: `U8 shows ${kind} ${code} as ${text(read.found.fields, 'state')}` }));
  const said = await work.u8.post(`${kind}/verify`, { bizId: `${bizIdOf(kind, work.call.orderId)}-verify`, body: { [kind]: { voucher_code: code } } }, work.signal);
  if (said.type === 'yes') return { type: 'stands', document: read.found };
  if (said.type !== 'no') return ended({ type: 'unknown', detail: said.detail });
  return said.errcode === errcodes.wrongState ? verifiedMeanwhile(work, kind, id, said) : ended(half(refusalIn(said)));
}

// An earlier attempt that was thought lost may have verified it a moment ago
async function verifiedMeanwhile(work: Work, kind: DocumentKind, id: string, said: Extract<Said, { readonly type: 'no' }>): Promise<Step> {
  const read = await documentBy(work.u8, kind, id, work.signal);
  if (read.type === 'unknown') return ended(read);
  return read.found.state === 'verified' ? { type: 'stands', document: read.found } : ended(half(refusalIn(said)));
}

async function entered({ u8, call, signal }: Work, kind: DocumentKind, body: unknown): Promise<string | Result> {
  const said = await u8.post(`${kind}/add`, { bizId: bizIdOf(kind, call.orderId), body }, signal);
  const isFirst = kind === 'saleorder';
  if (said.type === 'yes') return text(said.fields, 'id') || { type: 'unknown', detail: `U8 entered ${kind} without naming its id` };
  if (said.type === 'unavailable') return isFirst ? said : { type: 'unknown', detail: said.detail };
  if (said.type === 'unknown') return said;
  const refusal = refusalIn(said);
  return isFirst && refusal.reason !== 'biz-id-taken' ? { type: 'refused', ...refusal } : half(refusal);
}

/** The number under which U8 knows one of our documents: SO-<order>, AR-<order>. */
export function bizIdOf(kind: DocumentKind, orderId: string): string {
  return `${kind === 'saleorder' ? 'SO' : 'AR'}-${orderId}`;
}

function half(refusal: Refusal): Result {
  return { type: 'answered', answer: { type: 'half-booked', ...refusal } };
}

function ended(result: Result): Step {
  return { type: 'ended', result };
}
