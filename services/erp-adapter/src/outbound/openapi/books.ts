import type { Duration } from '@order-mesh/kernel';
import type { U8DocumentConfig } from '../../config.ts';
import { forgotten, half, notEntered, notHeard, stands, taken, unsure, type Found, type NotTakenBack, type Step, type TakingBack, type U8Books, type Unknown, type Wanted } from '../u8/books.ts';
import { documentFrom, receivableHead, saleOrderHead, saleOrderLines, type DocumentKind, type U8Document, type U8State } from '../u8/documents.ts';
import { asFields, listIn, text } from '../u8/fields.ts';
import type { U8 } from './client.ts';
import { errcodes, isStillWorking, notNow, refusalIn, type Said } from './said.ts';

/**
 * U8's books through its OpenAPI. Each write carries a `biz_id` of the order: U8 answers a known one with the document it has, so being asked
 * again is the inquiry. A booking's documents are verified; taking back unverifies and gives up, or closes. With `resultWithin`, sales orders are
 * entered later (`sync=0`), and waited for as long.
 */
export function openApiBooks(u8: U8, config: U8DocumentConfig, resultWithin?: Duration): U8Books {
  const documentsOf: U8Books['documentsOf'] = (kind, orderId, signal) => listed(u8, kind, orderId, signal);
  return {
    documentsOf,
    establish: (wanted, signal) => verified({ u8, config, wanted, signal, resultWithin }),
    isOver: (receipt, signal) => isOver(u8, receipt, signal),
    async takeBack(document, asked, signal) {
      for (const move of MOVES[asked.kind][document.state]) {
        const not = await make({ u8, asked, signal, documentsOf }, document, move);
        if (not) return not;
      }
      return undefined;
    },
  };
}

async function listed(u8: U8, kind: DocumentKind, orderId: string, signal?: AbortSignal): Promise<Found<readonly U8Document[]>> {
  const said = await u8.get(`${kind}list/batch_get`, { define1: orderId, rows_per_page: '20' }, signal);
  if (said.type === 'no' && said.errcode === errcodes.notFound) return { type: 'found', found: [] };
  if (said.type !== 'yes') return unknown(said);
  return { type: 'found', found: listIn(said.fields, `${kind}list`).map(documentFrom) };
}

interface Work {
  readonly u8: U8;
  readonly config: U8DocumentConfig;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
  readonly resultWithin: Duration | undefined;
}

async function verified(work: Work): Promise<Step> {
  const { kind, call, known } = work.wanted;
  const id = known?.id ?? await entered(work);
  if (typeof id !== 'string') return id;
  const read = await documentBy(work.u8, work.wanted.kind, id, work.signal);
  if (read.type === 'unknown') return notHeard(kind, read);
  const { state, code } = read.found;
  if (state === 'verified') return stands(read.found);
  if (state === 'gone') return half({ reason: 'closed-in-erp', detail: `U8 shows ${kind} ${code} as ${text(read.found.fields, 'state')}` });
  const said = await work.u8.post(`${kind}/verify`, { bizId: `${bizIdOf(kind, call.orderId)}-verify`, body: { [kind]: { voucher_code: code } } }, work.signal);
  if (said.type === 'yes') return stands(read.found);
  if (said.type !== 'no') return notHeard(kind, unsure(said));
  return said.errcode === errcodes.wrongState ? verifiedMeanwhile(work, id, said) : half(refusalIn(said));
}

// An earlier attempt that was thought lost may have verified it a moment ago
async function verifiedMeanwhile(work: Work, id: string, said: Extract<Said, { readonly type: 'no' }>): Promise<Step> {
  const read = await documentBy(work.u8, work.wanted.kind, id, work.signal);
  if (read.type === 'unknown') return notHeard(work.wanted.kind, read);
  return read.found.state === 'verified' ? stands(read.found) : half(refusalIn(said));
}

async function entered({ u8, config, wanted, signal, resultWithin }: Work): Promise<string | Step> {
  const { kind, call, answer } = wanted;
  if (answer.when === 'was-later') return told(u8, answer.receipt, { kind, signal, resultWithin });
  const later = answer.when === 'later' && resultWithin !== undefined;
  const said = await u8.post(`${kind}/add`, { bizId: bizIdOf(kind, call.orderId), body: bodyOf(wanted, config), later }, signal);
  if (said.type === 'yes' && later) return takenAs(said, kind, resultWithin);
  if (said.type === 'yes') return text(said.fields, 'id') || notHeard(kind, { type: 'unknown', detail: `U8 entered ${kind} without naming its id` });
  if (said.type !== 'no') return notHeard(kind, said);
  const refusal = refusalIn(said);
  return refusal.reason === 'biz-id-taken' ? half(refusal) : notEntered(kind, refusal);
}

// Only the number: whatever address U8's cloud names, its results are asked for where U8 is reached
function takenAs({ fields }: Extract<Said, { readonly type: 'yes' }>, kind: DocumentKind, within: Duration): Step | string {
  const url = text(fields, 'url');
  const receipt = URL.canParse(url) ? new URL(url).searchParams.get('requestid') : null;
  // A U8 that is quick, or knows the biz_id, may answer at once
  return receipt ? taken(receipt, within) : text(fields, 'id') || notHeard(kind, { type: 'unknown', detail: `U8 took ${kind} without naming where its result is` });
}

interface Told {
  readonly kind: DocumentKind;
  readonly signal: AbortSignal;
  readonly resultWithin: Duration | undefined;
}

async function told(u8: U8, receipt: string, { kind, signal, resultWithin = 0 }: Told): Promise<string | Step> {
  const said = await u8.result(receipt, signal);
  if (said.type === 'yes') return text(said.fields, 'id') || notHeard(kind, { type: 'unknown', detail: `U8 entered ${kind} without naming its id` });
  if (said.type !== 'no') return notHeard(kind, unsure(said));
  if (isStillWorking(said)) return taken(receipt, resultWithin);
  if (said.errcode === errcodes.notFound) return forgotten();
  if (notNow.has(said.errcode)) return notHeard(kind, { type: 'unknown', detail: `U8 ${said.errcode}: ${said.errmsg}` });
  // What codes a result may have is not known: only once nothing is found to stand, it is a refusal
  return half(refusalIn(said));
}

/** U8 may enter a document long after it was asked to: as long as it works on it, nothing can be said to be gone. */
async function isOver(u8: U8, receipt: string, signal: AbortSignal): Promise<Unknown | undefined> {
  const said = await u8.result(receipt, signal);
  if (said.type === 'yes') return undefined;
  if (said.type !== 'no') return unsure(said);
  return isStillWorking(said) || notNow.has(said.errcode) ? { type: 'unknown', detail: `U8 ${said.errcode}: ${said.errmsg}; it may enter the document still`, heard: true } : undefined;
}

function bodyOf({ kind, call: { request, askedAt } }: Wanted, config: U8DocumentConfig): unknown {
  if (kind === 'oughtreceive') return { oughtreceive: receivableHead(request, config, askedAt) };
  return { saleorder: { ...saleOrderHead(request, config, askedAt), entry: saleOrderLines(request, config) } };
}

/** One document with its lines. */
export async function documentBy(u8: U8, kind: DocumentKind, id: string, signal?: AbortSignal): Promise<Found<U8Document>> {
  const said = await u8.get(`${kind}/get`, { id }, signal);
  const fields = said.type === 'yes' ? asFields(said.fields[kind]) : undefined;
  return fields ? { type: 'found', found: documentFrom(fields) } : unknown(said);
}

type Move = 'unverify' | 'abandon' | 'close';

// The receivable is given up; a sales order that was verified is closed, so that its number tells what became of it
const MOVES: Readonly<Record<DocumentKind, Readonly<Record<U8State, readonly Move[]>>>> = {
  oughtreceive: { 'verified': ['unverify', 'abandon'], 'drawn-up': ['abandon'], 'gone': [] },
  saleorder: { 'verified': ['close'], 'drawn-up': ['abandon'], 'gone': [] },
};

interface TakeBackWork extends Pick<U8Books, 'documentsOf'> {
  readonly u8: U8;
  readonly asked: TakingBack;
  readonly signal: AbortSignal;
}

async function make({ u8, asked, signal, documentsOf }: TakeBackWork, document: U8Document, move: Move): Promise<NotTakenBack | undefined> {
  const { kind, orderId, callKey } = asked;
  const bizId = `${bizIdOf(kind, orderId)}-${document.id}-${move}-${callKey}`;
  const said = await u8.post(`${kind}/${move}`, { bizId, body: { [kind]: { voucher_code: document.code } } }, signal);
  if (said.type === 'yes') return undefined;
  if (said.type !== 'no') return unsure(said);
  if (said.errcode !== errcodes.wrongState) return { type: 'refused', ...refusalIn(said) };
  const now = await documentsOf(kind, orderId, signal);
  if (now.type === 'unknown') return now;
  const changed = now.found.find(({ id }) => id === document.id)?.state !== document.state;
  return changed ? { type: 'unknown', detail: `U8 ${said.errmsg}` } : { type: 'refused', ...refusalIn(said) };
}

/** The number under which U8 knows one of our documents: SO-<order>, AR-<order>. */
function bizIdOf(kind: DocumentKind, orderId: string): string {
  return `${kind === 'saleorder' ? 'SO' : 'AR'}-${orderId}`;
}

function unknown(said: Said): Unknown {
  if (said.type === 'yes') return { type: 'unknown', detail: 'U8 answered without the document' };
  return said.type === 'no' ? { type: 'unknown', detail: `U8 ${said.errcode}: ${said.errmsg}` } : unsure(said);
}
