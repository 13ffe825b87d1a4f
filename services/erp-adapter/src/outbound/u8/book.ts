import type { Accepted, CallResult, Fetched, Inquiry, PartnerEffect, PendingCall } from '@order-mesh/outbound';
import type { BookRequest } from '../../domain/booking-calls.ts';
import type { BookAnswer, BookResult, U8Books, WantedAnswer } from './books.ts';
import { totalOf, type DocumentKind, type U8Document } from './documents.ts';
import { unbookable } from './prices.ts';

/**
 * Books an order: its sales order, then its receivable. All of it can be done again from anywhere, and U8 holds each document once;
 * where an answer was lost, what U8 holds of the order is looked up before anything is done. A sales order that U8 enters later is asked for
 * with its receipt, and the booking goes on from there.
 */
export function bookInU8(books: U8Books): PartnerEffect<BookRequest, BookAnswer> {
  return {
    async perform([call], signal) {
      return call ? [unlessForgotten(await carryOut({ books, call, signal, answer: { when: 'later' } }, {}))] : [];
    },
    async inquire(call, signal): Promise<Inquiry<BookAnswer>> {
      const orders = await books.documentsOf('saleorder', call.orderId, signal);
      if (orders.type === 'unknown') return orders;
      const receivables = await books.documentsOf('oughtreceive', call.orderId, signal);
      if (receivables.type === 'unknown') return receivables;
      // Asked for now: a U8 that has not told the result in time is not waited for once more
      return unlessForgotten(await carryOut({ books, call, signal, answer: { when: 'now' } }, { saleorder: orders.found[0], oughtreceive: receivables.found[0] }));
    },
    fetch: (call, receipt, signal): Promise<Fetched<BookAnswer>> => carryOut({ books, call, signal, answer: { when: 'was-later', receipt } }, {}),
  };
}

interface Work {
  readonly books: U8Books;
  readonly call: PendingCall<BookRequest>;
  readonly signal: AbortSignal;
  /** Of the sales order. */
  readonly answer: WantedAnswer;
}

type Known = Partial<Readonly<Record<DocumentKind, U8Document | undefined>>>;

async function carryOut({ books, call, signal, answer }: Work, known: Known): Promise<BookResult> {
  // What would be booked over another amount than is to be paid is not sent at all
  const refusal = unbookable(call.request);
  if (refusal) return { type: 'refused', ...refusal };
  const order = await books.establish({ kind: 'saleorder', call, known: known.saleorder, answer }, signal);
  if (order.type === 'ended') return order.result;
  const receivable = await books.establish({ kind: 'oughtreceive', call, known: known.oughtreceive, answer: { when: 'now' } }, signal);
  if (receivable.type === 'ended') return receivable.result;
  const amount = String(totalOf(order.document));
  return { type: 'answered', answer: { type: 'booked', saleOrderCode: order.document.code, receivableCode: receivable.document.code, amount } };
}

// Nobody asked for a result
function unlessForgotten(result: BookResult): CallResult<BookAnswer> | Accepted {
  return result.type === 'forgotten' ? { type: 'unknown', detail: 'U8 knows nothing of a result that was not asked for' } : result;
}
