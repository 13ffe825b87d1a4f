import type { CallResult, RepeatableEffect, PendingCall } from '@order-mesh/outbound';
import type { TakeBackRequest } from '../../domain/booking-calls.ts';
import { bizIdOf } from './book.ts';
import type { U8 } from './client.ts';
import { documentsOf, type Found } from './find.ts';
import type { DocumentKind, U8Document, U8State } from './documents.ts';
import { errcodes, refusalIn } from './said.ts';

export interface TakeBackAnswer {
  readonly type: 'taken-back';
}

type Result = CallResult<TakeBackAnswer>;
type TakeBackCall = PendingCall<TakeBackRequest>;

/**
 * Takes the documents of an order back: the receivable is unverified and given up, the sales order closed, or given up when it was never
 * verified. Looks at what is there first, so it may be done any number of times.
 */
export function takeBackInU8(u8: U8): RepeatableEffect<TakeBackRequest, TakeBackAnswer> {
  return { kind: 'repeatable', priority: 1, perform: async ([call], signal) => (call ? [await takeBack(u8, call, signal)] : []) };
}

type Move = 'unverify' | 'abandon' | 'close';

const MOVES: Readonly<Record<DocumentKind, Readonly<Record<U8State, readonly Move[]>>>> = {
  oughtreceive: { 'verified': ['unverify', 'abandon'], 'drawn-up': ['abandon'], 'gone': [] },
  saleorder: { 'verified': ['close'], 'drawn-up': ['abandon'], 'gone': [] },
};

const KINDS: readonly DocumentKind[] = ['oughtreceive', 'saleorder'];

async function takeBack(u8: U8, call: TakeBackCall, signal: AbortSignal): Promise<Result> {
  for (const kind of KINDS) {
    const ended = await takeBackKind({ u8, call, signal }, kind);
    if (ended) return ended;
  }
  return { type: 'answered', answer: { type: 'taken-back' } };
}

interface Work {
  readonly u8: U8;
  readonly call: TakeBackCall;
  readonly signal: AbortSignal;
}

async function takeBackKind(work: Work, kind: DocumentKind): Promise<Result | undefined> {
  const listed = await live(work, kind);
  if (listed.type === 'unknown') return listed;
  for (const document of listed.found) {
    for (const move of MOVES[kind][document.state]) {
      const ended = await make(work, kind, document, move);
      if (ended) return ended;
    }
  }
  return undefined;
}

async function make(work: Work, kind: DocumentKind, document: U8Document, move: Move): Promise<Result | undefined> {
  const { u8, call, signal } = work;
  // The key of the call is part of it: a later round must not be answered with what an earlier one did
  const bizId = `${bizIdOf(kind, call.orderId)}-${document.id}-${move}-${call.key}`;
  const said = await u8.post(`${kind}/${move}`, { bizId, body: { [kind]: { voucher_code: document.code } } }, signal);
  if (said.type === 'yes') return undefined;
  if (said.type !== 'no') return { type: 'unknown', detail: said.detail };
  if (said.errcode !== errcodes.wrongState) return { type: 'refused', ...refusalIn(said) };
  const now = await live(work, kind);
  if (now.type === 'unknown') return now;
  const changed = now.found.find(({ id }) => id === document.id)?.state !== document.state;
  return changed ? { type: 'unknown', detail: `U8 ${said.errmsg}` } : { type: 'refused', ...refusalIn(said) };
}

async function live({ u8, call, signal }: Work, kind: DocumentKind): Promise<Found<readonly U8Document[]>> {
  const listed = await documentsOf(u8, kind, call.orderId, signal);
  return listed.type === 'unknown' ? listed : { type: 'found', found: listed.found.filter(({ state }) => state !== 'gone') };
}
