import { isRefusal, refuse, textFields, type Fields, type Refusal } from './answers.ts';
import type { Books } from './books.ts';
import { dayOf, isDay, periodOf } from './calendar.ts';
import { writeDecimal } from './decimal.ts';
import type { Document, DocumentKind } from './documents.ts';
import { isMove, moved, type Move } from './lifecycle.ts';
import { draftReceipt, draftReceivable, isPartlySettled, settle, unsettle } from './receivables.ts';
import { draftSalesOrder, type Draft } from './salesorder.ts';
import { isClosed, type U8Settings } from './settings.ts';
import { freeStock, neededBySku } from './stock.ts';

/** A write as it was asked for: POST /api/<kind>/<verb>, or a `proc` of EAI. */
export interface Write {
  readonly kind: DocumentKind;
  readonly verb: string;
  readonly body: unknown;
  readonly bizId?: string;
}

/** What decides about a write besides the books. */
export interface Circumstances {
  readonly settings: U8Settings;
  readonly now: number;
  /** Who acts: the caller's app_key. */
  readonly by: string;
}

/** The documents as they will stand, the written one first, or why nothing changes. */
export type Verdict = { readonly type: 'written'; readonly documents: readonly [Document, ...Document[]] } | Refusal;

/** Decides about a write; changes nothing. */
export function decideWrite(books: Books, write: Write, circumstances: Circumstances): Verdict {
  const given = documentIn(write);
  const verdict = write.verb === 'add' ? enter(books, write, given, circumstances) : change(books, write, given, circumstances);
  return isRefusal(verdict) ? verdict : { type: 'written', documents: numbered(books, verdict) };
}

function documentIn({ kind, body }: Write): { readonly head: Fields; readonly entries: readonly Fields[] } {
  const given = typeof body === 'object' && body !== null ? new Map<string, unknown>(Object.entries(body)).get(kind) : undefined;
  const entry = typeof given === 'object' && given !== null && 'entry' in given ? given.entry : [];
  // A lone line comes as an object instead of a list
  const lines: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
  return { head: textFields(given), entries: lines.map(textFields) };
}

type Changed = readonly [Document, ...Document[]] | Refusal;

const DRAFTS: Readonly<Record<DocumentKind, (books: Books, head: Fields, lines: readonly Fields[]) => Draft | Refusal>> = {
  saleorder: draftSalesOrder,
  oughtreceive: draftReceivable,
  accept: draftReceipt,
};

function enter(books: Books, { kind, bizId }: Write, given: Draft, circumstances: Circumstances): Changed {
  const { settings, now, by } = circumstances;
  const { id: _id, code: givenCode, ...head } = given.head;
  const date = head['date'] ?? dayOf(now);
  if (!isDay(date)) return refuse('refused', `单据日期[${date}]不正确`);
  if (isClosed(settings, periodOf(date), dayOf(now))) return closed(date);
  const wantedCode = settings.numbersItself ? undefined : givenCode;
  if (wantedCode && books.documents.find(kind, wantedCode)) return refuse('refused', `单据号[${wantedCode}]重复`);
  const draft = DRAFTS[kind](books, { ...head, date, maker: head['maker'] ?? by }, given.entries);
  if (isRefusal(draft)) return draft;
  const key = books.nextKey(kind);
  const document: Document = {
    kind, id: key.id, code: wantedCode ?? key.code, state: '开立', timestamp: 0, head: draft.head, entries: draft.entries, ...(bizId && { bizId }),
  };
  const short = settings.refuseShortStockOnSave && kind === 'saleorder' ? shortage(books, document) : undefined;
  if (short) return short;
  return settings.verifyOnSave ? verifiedBySystem(books, document, circumstances) : [document];
}

function verifiedBySystem(books: Books, document: Document, circumstances: Circumstances): Changed {
  const verified = moved(document, 'verify', 'system');
  if (isRefusal(verified)) return verified;
  return obstacle(books, document, { move: 'verify', ...circumstances }) ?? withConsequences(books, verified, 'verify');
}

function redraw(books: Books, document: Document, given: Draft, { settings, now }: Circumstances): Changed {
  if (document.state !== '开立') return refuse('wrongState', `单据[${document.code}]当前状态为${document.state}，不能修改`);
  const { id: _id, code: _code, ...changes } = given.head;
  const head = { ...document.head, ...changes };
  const closedDay = [document.head['date'], head.date].find((date) => isClosed(settings, periodOf(date ?? ''), dayOf(now)));
  if (closedDay !== undefined) return closed(closedDay);
  const draft = DRAFTS[document.kind](books, head, given.entries.length > 0 ? given.entries : document.entries);
  return isRefusal(draft) ? draft : [{ ...document, ...draft }];
}

function change(books: Books, { kind, verb }: Write, given: Draft, circumstances: Circumstances): Changed {
  const { by } = circumstances;
  const code = given.head['voucher_code'] ?? given.head['code'] ?? given.head['id'] ?? '';
  const document = books.documents.find(kind, code);
  if (!document) return refuse('notFound', `未检索到匹配的[${kind} ${code}]`);
  if (verb === 'edit') return redraw(books, document, given, circumstances);
  if (!isMove(verb)) return refuse('unknownCall', `不支持的操作[${verb}]`);
  const after = moved(document, verb, by);
  if (isRefusal(after)) return after;
  return obstacle(books, document, { move: verb, ...circumstances }) ?? withConsequences(books, after, verb);
}

function obstacle(books: Books, document: Document, { move, settings, now }: Circumstances & { readonly move: Move }): Refusal | undefined {
  const date = document.head['date'] ?? '';
  if (move !== 'abandon' && isClosed(settings, periodOf(date), dayOf(now))) return closed(date);
  if (move === 'unverify' && isPartlySettled(document)) return refuse('wrongState', `应收单[${document.code}]已核销，不能弃审`);
  const takesStock = document.kind === 'saleorder' && (move === 'verify' || move === 'open');
  return takesStock && settings.refuseShortStock ? shortage(books, document) : undefined;
}

function shortage(books: Books, order: Document): Refusal | undefined {
  for (const [sku, needed] of neededBySku(order)) {
    const row = books.stock.find(sku);
    const free = row ? freeStock(row) : 0n;
    if (free < needed) return refuse('shortStock', `存货[${sku}]可用量不足：需要${writeDecimal(needed)}，可用${writeDecimal(free)}`);
  }
  return undefined;
}

function withConsequences(books: Books, after: Document, move: Move): readonly [Document, ...Document[]] {
  if (after.kind !== 'accept' || (move !== 'verify' && move !== 'unverify')) return [after];
  const [receipt = after, ...others] = move === 'verify' ? settle(books, after) : unsettle(books, after);
  return [receipt, ...others];
}

function numbered(books: Books, [first, ...others]: readonly [Document, ...Document[]]): readonly [Document, ...Document[]] {
  const change = books.nextChange();
  return [{ ...first, timestamp: change }, ...others.map((document, index) => ({ ...document, timestamp: change + index + 1 }))];
}

function closed(date: string): Refusal {
  return refuse('periodClosed', `${periodOf(date)}会计期间已结账，不能处理单据`);
}
