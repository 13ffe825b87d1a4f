import { fenFromYuan, sumFen, yuanFromFen, type Fen, type Instant } from '@order-mesh/kernel';
import type { BookRequest } from '../../domain/booking-calls.ts';
import { fenFromDigits } from '../../domain/booking-calls.ts';
import type { U8DocumentConfig } from '../../config.ts';
import { listIn, needed, text, type U8Fields } from './fields.ts';
import { pricesWithTax } from './prices.ts';

export type DocumentKind = 'saleorder' | 'oughtreceive';

/** A document as U8 shows it. */
export interface U8Document {
  readonly id: string;
  readonly code: string;
  readonly state: U8State;
  readonly fields: U8Fields;
}

/** 开立 drawn up, 审核 verified; everything else counts as gone. */
export type U8State = 'drawn-up' | 'verified' | 'gone';

/** Reads a document's head. Throws PARTNER_BROKEN when it has no id or code. */
export function documentFrom(fields: U8Fields): U8Document {
  return { id: needed(fields, 'id'), code: needed(fields, 'code'), state: stateFrom(text(fields, 'state')), fields };
}

/** What a sales order adds up to, tax included. Throws BAD_AMOUNT when it is finer than a fen. */
export function totalOf({ fields }: U8Document): Fen {
  return sumFen(listIn(fields, 'entry').map((entry) => fenFromYuan(needed(entry, 'sum'))));
}

/** The head of the sales order; our order id is in define1. */
export function saleOrderHead(request: BookRequest, config: U8DocumentConfig, askedAt: Instant): Readonly<Record<string, string>> {
  return {
    date: dayInShanghai(askedAt), businesstype: '普通销售', typecode: config.saleType, custcode: request.customerId, deptcode: config.department,
    define1: request.orderId, memo: memoOf(request),
  };
}

/** Its lines: prices with tax, so that every line is exact to the fen. */
export function saleOrderLines(request: BookRequest, config: U8DocumentConfig): readonly Readonly<Record<string, string>>[] {
  return request.lines.map((line) => ({
    rowno: String(line.lineNo), inventorycode: line.sku, quantity: String(line.quantity), ...pricesWithTax(line),
    taxrate: config.taxRate, ccontractid: request.contractId, bgift: '0',
  }));
}

/** The receivable of the same amount, found by the same order id. */
export function receivableHead(request: BookRequest, config: U8DocumentConfig, askedAt: Instant): Readonly<Record<string, string>> {
  const amount = yuanFromFen(fenFromDigits(request.amount));
  return {
    date: dayInShanghai(askedAt), bdebitcredit: '1', cust_vendor_code: request.customerId, deptcode: config.department,
    amount, natamount: amount, define1: request.orderId, digest: memoOf(request),
  };
}

/** The day on the calendar of the books: 2026-11-24. */
export function dayInShanghai(instant: Instant): string {
  return new Date(instant + SHANGHAI_MS).toISOString().slice(0, 10);
}

/** The moment a day begins in Shanghai. Throws nothing: undefined for what is no day. */
export function dayBegins(day: string): Instant | undefined {
  const instant = /^\d{4}-\d{2}-\d{2}/.test(day) ? Date.parse(`${day.slice(0, 10)}T00:00:00Z`) - SHANGHAI_MS : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** Reads a state as U8 shows it. */
export function stateFrom(shown: string): U8State {
  if (shown === '开立' || shown === 'Opening') return 'drawn-up';
  return shown === '审核' || shown === 'Approved' ? 'verified' : 'gone';
}

const SHANGHAI_MS = 8 * 3_600_000;

const LONGEST_MEMO = 120;

// A rule is named as a whole or not at all
function memoOf({ orderId, contractId, waybill, lines }: BookRequest): string {
  const titles = new Set(lines.flatMap(({ discounts = [] }) => discounts.map(({ title }) => title)));
  const memo = `order ${orderId} contract ${contractId} waybill ${waybill}`.slice(0, LONGEST_MEMO);
  return [...titles].reduce((sofar, title) => (sofar.length + SEPARATOR.length + title.length <= LONGEST_MEMO ? sofar + SEPARATOR + title : sofar), memo);
}

const SEPARATOR = '; ';
