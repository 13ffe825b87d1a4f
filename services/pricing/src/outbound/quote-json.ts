import { fen, type Fen } from '@order-mesh/kernel';
import { decisionRecord } from '@order-mesh/rules';
import { z } from 'zod';
import type { Price, PricingRecord, Quote, Refusal } from '../domain/quote.ts';

// Money as text: JSON has no exact number for it
const money: z.ZodType<Fen> = z.string().transform((digits) => fen(BigInt(digits)));
const claim = z.object({ rule: z.string(), amount: z.string().transform(BigInt), budget: z.string().transform(BigInt) });
const discount = z.object({ lineNo: z.number().int(), amount: money, point: z.string(), rule: z.string(), title: z.string() });
const cut = z.object({ lineNo: z.number().int().nullable(), amount: money, point: z.string(), rule: z.string(), title: z.string(), keptBy: z.array(z.string()) });
// a price of before costs were known has no cuts
const price = z.object({ content: z.string(), discounts: z.array(discount), cuts: z.array(cut).default([]), claim: claim.nullable(), isFirst: z.boolean() });
const pricingRecord: z.ZodType<PricingRecord> = decisionRecord.and(z.object({ point: z.string() }));
const earlierPrice = price.extend({ listAmount: money, amount: money, records: z.array(pricingRecord) });
const priced = z.object({ price, earlier: z.array(earlierPrice) });
const refused = z.object({ reason: z.string(), detail: z.string(), appealable: z.boolean() });

/** Writes what has no column of its own. */
export function contentToJson(quote: Exclude<Quote, { readonly status: 'released' }>): string {
  if (quote.status === 'refused') return JSON.stringify(quote.refusal);
  const { price: { content, discounts, cuts, claim: taken, isFirst }, earlier } = quote;
  return JSON.stringify({ price: { content, discounts, cuts, claim: taken, isFirst }, earlier }, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

/** Reads it again. Throws a ZodError for anything else. */
export function priceFrom(json: string): { readonly price: Omit<Price, 'listAmount' | 'amount' | 'records'>; readonly earlier: readonly Price[] } {
  return priced.parse(JSON.parse(json));
}

/** Reads why an order was refused. Throws a ZodError for anything else. */
export const refusalFrom = (json: string): Refusal => refused.parse(JSON.parse(json));

export const recordsToJson = (records: readonly PricingRecord[]): string => JSON.stringify(records);

/** Throws a ZodError for anything else. */
export const recordsFromJson = (json: string): readonly PricingRecord[] => z.array(pricingRecord).parse(JSON.parse(json));
