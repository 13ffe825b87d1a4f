import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import type { Quote } from '../domain/quote.ts';
import { contentToJson, priceFrom, recordsFromJson, recordsToJson, refusalFrom } from './quote-json.ts';

interface QuoteRow {
  readonly order_id: string;
  readonly status: Quote['status'];
  readonly customer_id: string | null;
  readonly revision: number;
  readonly approval_id: string | null;
  readonly started_at: Instant | null;
  readonly list_amount: bigint | null;
  readonly amount: bigint | null;
  readonly content: string | null;
  readonly records: string | null;
}

export async function loadQuotes(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Quote>> {
  if (orderIds.length === 0) return new Map();
  const rows = await query<QuoteRow>(tx, {
    name: 'pricing.load-quotes',
    text: 'select order_id, status, customer_id, revision, approval_id, started_at, list_amount, amount, content, records from pricing.quote where order_id = any($1::text[])',
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, quoteOf(row)]));
}

function quoteOf(row: QuoteRow): Quote {
  const { order_id: orderId, status, customer_id: customerId, revision, approval_id: approvalId, started_at: startedAt, content } = row;
  if (status === 'released') return { status, orderId };
  if (customerId === null || content === null) throw torn(row);
  const asked = { orderId, customerId, revision, approvalId, startedAt: startedAt ?? 0 };
  const records = recordsFromJson(row.records ?? '[]');
  if (status === 'refused') return { ...asked, status, refusal: refusalFrom(content), records };
  if (row.list_amount === null || row.amount === null) throw torn(row);
  const { price, earlier } = priceFrom(content);
  return { ...asked, status, price: { ...price, listAmount: fen(row.list_amount), amount: fen(row.amount), records }, earlier };
}

const torn = (row: QuoteRow): MeshError => new MeshError('BROKEN_PROMISE', { advice: `the price of order ${row.order_id} lacks what a ${row.status} one must have` });

const addQuotes = (tx: Transaction, changes: readonly Change<Quote>[]): Promise<unknown> => query(tx, {
  name: 'pricing.add-quotes',
  text: expectAll(`insert into pricing.quote (order_id, status, customer_id, revision, approval_id, started_at, list_amount, amount, content, records)
    select * from unnest(${QUOTE_ARRAYS}) on conflict do nothing returning 1`, '$11'),
  values: [...quoteColumns(changes), changes.length],
});

const changeQuotes = (tx: Transaction, changes: readonly ChangeOfKnown<Quote>[]): Promise<unknown> => query(tx, {
  name: 'pricing.change-quotes',
  // A released one keeps what it was about, for whoever asks later.
  text: expectAll(`update pricing.quote known set status = c.status, customer_id = coalesce(c.customer_id, known.customer_id), revision = c.revision,
      approval_id = coalesce(c.approval_id, known.approval_id), started_at = coalesce(c.started_at, known.started_at), list_amount = coalesce(c.list_amount, known.list_amount),
      amount = coalesce(c.amount, known.amount), content = coalesce(c.content, known.content), records = coalesce(c.records, known.records), changed_at = now()
    from unnest(${QUOTE_ARRAYS}, $11::text[], $12::integer[]) c(order_id, status, customer_id, revision, approval_id, started_at, list_amount, amount, content, records, was, was_revision)
    where known.order_id = c.order_id and known.status = c.was and known.revision = c.was_revision returning 1`, '$13'),
  values: [...quoteColumns(changes), changes.map(({ stored }) => stored.status), changes.map(({ stored }) => revisionOf(stored)), changes.length],
});

const QUOTE_ARRAYS = '$1::text[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::timestamptz[], $7::bigint[], $8::bigint[], $9::text[], $10::text[]';

function quoteColumns(changes: readonly Change<Quote>[]): unknown[] {
  const quotes = changes.map(({ row }) => row);
  const asked = changes.map(({ row, passed }) => [row, ...passed].find((quote) => quote.status !== 'released'));
  const priced = asked.map((quote) => (quote?.status === 'priced' ? quote.price : undefined));
  return [
    quotes.map(({ orderId }) => orderId), quotes.map(({ status }) => status), asked.map((quote) => quote?.customerId ?? null), quotes.map(revisionOf),
    asked.map((quote) => quote?.approvalId ?? null), asked.map((quote) => (quote ? new Date(quote.startedAt) : null)), priced.map((price) => price?.listAmount ?? null),
    priced.map((price) => price?.amount ?? null), asked.map((quote) => (quote ? contentToJson(quote) : null)),
    asked.map((quote) => (quote ? recordsToJson(quote.status === 'priced' ? quote.price.records : quote.records) : null)),
  ];
}

const revisionOf = (quote: Quote): number => (quote.status === 'released' ? 0 : quote.revision);

/** A quote is written only where its status and revision are still those that were read. */
export const saveQuotes = addOrChange(addQuotes, changeQuotes);
