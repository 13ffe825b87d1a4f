import { createHash } from 'node:crypto';
import { fen, fenFromYuan, yuanFromFen, type Fen, type Instant } from '@order-mesh/kernel';
import { discountOf, fenFromDigits, lineTotal, listTotal, type BookLine, type BookRequest } from '../../domain/booking-calls.ts';
import type { U8DocumentConfig } from '../../config.ts';
import { receivableHead, saleOrderHead, saleOrderLines, type DocumentKind } from '../u8/documents.ts';
import { asFields, listIn, text, type U8Fields } from '../u8/fields.ts';
import { priceWithTax, roundedHalfUp, sixDecimals, type Millionths } from '../u8/prices.ts';

type Texts = Readonly<Record<string, string>>;

/** A document as EAI takes it. */
export interface EaiDocument extends U8Fields {
  readonly header: Texts;
  readonly body?: { readonly entry: readonly Texts[] };
}

/** The sales order. EAI works nothing out, so every amount of a line is given, in the currency and in CNY, which are the same. */
export function saleOrder(request: BookRequest, config: U8DocumentConfig, askedAt: Instant): EaiDocument {
  const head = saleOrderHead(request, config, askedAt);
  const day = head['date'] ?? '';
  const lines = saleOrderLines(request, config);
  const entry = request.lines.map((line, index) => {
    const { rowno = '', ...common } = lines[index] ?? {};
    return { ...common, irowno: rowno, ...pricesOf(line, config.taxRate), preparedate: day, dpredate: day, dpremodate: day, bsaleprice: '1' };
  });
  const header = {
    ...head, code: codeOf('saleorder', request.orderId), currency: '人民币', currencyrate: '1', taxrate: config.taxRate, disflag: '0', dpredatebt: day, dpremodatebt: day,
  };
  return { header, body: { entry } };
}

/** The receivable, of one line. */
export function receivable(request: BookRequest, config: U8DocumentConfig, askedAt: Instant): EaiDocument {
  const head = receivableHead(request, config, askedAt);
  const { amount = '', natamount = '' } = head;
  const currency = { currency_name: '人民币', currency_rate: '1' };
  return {
    header: { ...head, code: codeOf('oughtreceive', request.orderId), ...currency },
    body: { entry: [{ cust_vendor_code: request.customerId, bdebitcredit: '0', amount, natamount, ...currency }] },
  };
}

// U8 keeps 30 characters (cSOCode, cVouchID)
const LONGEST_CODE = 30;

/** The number of an order's document in U8, the same each time it is asked for: a second message can't enter it again. */
export function codeOf(kind: DocumentKind, orderId: string): string {
  const prefix = kind === 'saleorder' ? 'SO-' : 'AR-';
  if (prefix.length + orderId.length <= LONGEST_CODE) return prefix + orderId;
  return (prefix + createHash('sha256').update(orderId).digest('hex')).slice(0, LONGEST_CODE);
}

/** Whether EAI can be asked about the order. It makes SQL of a query, so nothing that SQL could read as its own goes into one. */
export function isAskable(orderId: string): boolean {
  return /^[\w.:-]{1,60}$/.test(orderId);
}

/** A document or row as a query shows it, in the form of the OpenAPI. EAI names no state: it is told by who closed or verified it. */
export function documentIn(shown: U8Fields): U8Fields {
  const header = asFields(shown['header']) ?? {};
  const state = text(header, 'closer') ? '关闭' : text(header, 'verifier') ? '审核' : '开立';
  return { ...header, state, entry: listIn(asFields(shown['body']) ?? {}, 'entry') };
}

function pricesOf(line: BookLine, taxRate: string): Texts {
  const total = lineTotal(line);
  const net = withoutTax(total, taxRate);
  const [sum, money, tax] = [yuanFromFen(total), yuanFromFen(net), yuanFromFen(fen(total - net))];
  const unitprice = netPrice(priceWithTax(line), taxRate);
  const { discount, discountrate } = reductionOf(line);
  return {
    quotedprice: yuanFromFen(fenFromDigits(line.unitPrice)), unitprice, money, tax, sum, discount, discountrate, discountrate2: '100',
    natunitprice: unitprice, natmoney: money, nattax: tax, natsum: sum, natdiscount: discount,
  };
}

// The quoted price is with tax, so what is taken off is, too; the rate is what remains, in percent
function reductionOf(line: BookLine): { readonly discount: string; readonly discountrate: string } {
  const discount = discountOf(line);
  if (discount === 0n) return { discount: '0', discountrate: '100' };
  return { discount: yuanFromFen(discount), discountrate: sixDecimals(roundedHalfUp(lineTotal(line) * 100_000_000n, listTotal(line))) };
}

function withoutTax(total: Fen, taxRate: string): Fen {
  return fen(roundedHalfUp(total * HUNDRED_PERCENT, HUNDRED_PERCENT + hundredths(taxRate)));
}

// U8 takes the price with tax as the one that counts
function netPrice(price: Millionths, taxRate: string): string {
  return sixDecimals(roundedHalfUp(price * HUNDRED_PERCENT, HUNDRED_PERCENT + hundredths(taxRate)));
}

const HUNDRED_PERCENT = 10_000n;

function hundredths(percent: string): bigint {
  return fenFromYuan(percent);
}
