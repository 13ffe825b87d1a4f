import { documentFrom, type DocumentKind, type U8Document } from './documents.ts';
import { asFields, listIn } from './fields.ts';
import type { U8 } from './client.ts';
import { errcodes, type Said } from './said.ts';

/** A document or list that was asked for, or why it could not be told. */
export type Found<What> = { readonly type: 'found'; readonly found: What } | { readonly type: 'unknown'; readonly detail: string };

/** All documents of one kind that carry the order id, dead ones too. */
export async function documentsOf(u8: U8, kind: DocumentKind, orderId: string, signal?: AbortSignal): Promise<Found<readonly U8Document[]>> {
  const said = await u8.get(`${kind}list/batch_get`, { define1: orderId, rows_per_page: '20' }, signal);
  if (said.type === 'no' && said.errcode === errcodes.notFound) return { type: 'found', found: [] };
  if (said.type !== 'yes') return unknown(said);
  return { type: 'found', found: listIn(said.fields, `${kind}list`).map(documentFrom) };
}

/** One document with its lines. */
export async function documentBy(u8: U8, kind: DocumentKind, id: string, signal?: AbortSignal): Promise<Found<U8Document>> {
  const said = await u8.get(`${kind}/get`, { id }, signal);
  const fields = said.type === 'yes' ? asFields(said.fields[kind]) : undefined;
  return fields ? { type: 'found', found: documentFrom(fields) } : unknown(said);
}

function unknown(said: Said): { readonly type: 'unknown'; readonly detail: string } {
  if (said.type === 'yes') return { type: 'unknown', detail: 'U8 answered without the document' };
  return { type: 'unknown', detail: said.type === 'no' ? `U8 ${said.errcode}: ${said.errmsg}` : said.detail };
}
