import { BEGUN, type CallResult, type RepeatableEffect, type PendingCall } from '@order-mesh/outbound';
import type { TakeBackRequest } from '../../domain/booking-calls.ts';
import type { NotTakenBack, U8Books } from './books.ts';
import type { DocumentKind } from './documents.ts';

export interface TakeBackAnswer {
  readonly type: 'taken-back';
}

// In reverse: what is owed goes before what it is owed for
const KINDS: readonly DocumentKind[] = ['oughtreceive', 'saleorder'];

/** Takes the documents of an order back, or those that the request names. Looks at what is there first, so it may be done any number of times. */
export function takeBackInU8(books: U8Books): RepeatableEffect<TakeBackRequest, TakeBackAnswer> {
  return { kind: 'repeatable', priority: BEGUN, perform: async ([call], signal) => (call ? [await takeBack(books, call, signal)] : []) };
}

async function takeBack(books: U8Books, call: PendingCall<TakeBackRequest>, signal: AbortSignal): Promise<CallResult<TakeBackAnswer>> {
  const { outstanding } = call.request;
  const mayCome = outstanding === undefined ? undefined : await books.isOver?.(outstanding, signal);
  if (mayCome) return mayCome;
  for (const kind of KINDS) {
    const not = await takeBackKind({ books, call, signal }, kind);
    if (not) return not;
  }
  return { type: 'answered', answer: { type: 'taken-back' } };
}

interface Work {
  readonly books: U8Books;
  readonly call: PendingCall<TakeBackRequest>;
  readonly signal: AbortSignal;
}

async function takeBackKind({ books, call, signal }: Work, kind: DocumentKind): Promise<NotTakenBack | undefined> {
  const listed = await books.documentsOf(kind, call.orderId, signal);
  if (listed.type === 'unknown') return listed;
  const { codes } = call.request;
  for (const document of listed.found.filter(({ state, code }) => state !== 'gone' && (codes === undefined || codes.includes(code)))) {
    const not = await books.takeBack(document, { kind, orderId: call.orderId, callKey: call.key }, signal);
    if (not) return not;
  }
  return undefined;
}
