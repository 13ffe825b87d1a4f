import { fen, type Fen } from '@order-mesh/kernel';
import { decisionRecord } from '@order-mesh/rules';
import { z } from 'zod';
import type { Price, PricedLine, PricingRecord, Quote, Refusal } from '../domain/quote.ts';

// Money as text: JSON has no exact number for it
const money: z.ZodType<Fen> = z.string().transform((digits) => fen(BigInt(digits)));
const claim = z.object({ rule: z.string(), amount: z.string().transform(BigInt), budget: z.string().transform(BigInt) });
const discount = z.object({ lineNo: z.number().int(), amount: money, point: z.string(), rule: z.string(), title: z.string() });
const cut = z.object({ lineNo: z.number().int().nullable(), amount: money, point: z.string(), rule: z.string(), title: z.string(), keptBy: z.array(z.string()) });
const amount = z.string().transform(BigInt);
/** Short, because every order keeps its lines: what is sold, how much of it, for what, and what it cost. */
const line = z.tuple([z.string(), z.number().int(), amount, amount.nullable()]).transform(([sku, quantity, unitPrice, unitCost]): PricedLine => ({ sku, quantity, unitPrice, unitCost }));
// a price of before they were kept has neither cuts nor lines
const price = z.object({ content: z.string(), discounts: z.array(discount), cuts: z.array(cut).default([]), lines: z.array(line).default([]), claim: claim.nullable(), isFirst: z.boolean() });
const pricingRecord: z.ZodType<PricingRecord> = decisionRecord.and(z.object({ point: z.string() }));
const earlierPrice = price.extend({ listAmount: money, amount: money, records: z.array(pricingRecord) });
const priced = z.object({ price, earlier: z.array(earlierPrice) });
const pricedLines = z.object({ price: z.object({ lines: z.array(line) }) });
const evidence = z.object({ listAmount: money, amount: money, cost: money.nullable() });
const refused = z.object({ reason: z.string(), detail: z.string(), appealable: z.boolean(), evidence: evidence.optional() });

/** Writes what has no column of its own. */
export function contentToJson(quote: Exclude<Quote, { readonly status: 'released' }>): string {
  if (quote.status === 'refused') return jsonOf(quote.refusal);
  const { price: { content, discounts, cuts, lines, claim: taken, isFirst }, earlier } = quote;
  const written = { price: { content, discounts, cuts, lines: lines.map(tupleOf), claim: taken, isFirst }, earlier: earlier.map((one) => ({ ...one, lines: one.lines.map(tupleOf) })) };
  return jsonOf(written);
}

const jsonOf = (content: object): string => JSON.stringify(content, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

const tupleOf = ({ sku, quantity, unitPrice, unitCost }: PricedLine) => [sku, quantity, unitPrice, unitCost] as const;

/** The lines of an order as it was priced last; none where it was refused, or priced before they were kept. */
export const linesFrom = (json: string): readonly PricedLine[] => {
  const read = pricedLines.safeParse(JSON.parse(json));
  return read.success ? read.data.price.lines : [];
};

/** Reads it again. Throws a ZodError for anything else. */
export function priceFrom(json: string): { readonly price: Omit<Price, 'listAmount' | 'amount' | 'records'>; readonly earlier: readonly Price[] } {
  return priced.parse(JSON.parse(json));
}

/** Reads why an order was refused. Throws a ZodError for anything else. */
export function refusalFrom(json: string): Refusal {
  const { evidence: told, ...refusal } = refused.parse(JSON.parse(json));
  return { ...refusal, ...(told && { evidence: told }) };
}

export const recordsToJson = (records: readonly PricingRecord[]): string => JSON.stringify(records);

/** Those of some points alone: the others are not read. Throws a ZodError for anything else. */
export const recordsAt = (json: string, points: readonly string[]): readonly PricingRecord[] =>
  z.array(pricingRecord).parse(z.array(z.unknown()).parse(JSON.parse(json)).filter((one) => typeof one === 'object' && one !== null && 'point' in one && points.some((point) => point === one.point)));

/** Throws a ZodError for anything else. */
export const recordsFromJson = (json: string): readonly PricingRecord[] => z.array(pricingRecord).parse(JSON.parse(json));
