import type { OrderRecorded } from '@order-mesh/contracts';
import { yuanFromFen } from '@order-mesh/kernel';
import { utc } from '../domain/order-item.ts';
import type { Reader, Span } from '../usecases/ports.ts';
import { csvRow, textCell } from './csv.ts';

export type Pages = AsyncIterable<readonly OrderRecorded[]>;

const PAGE = 1_000;

/** The recorded orders of a span, page by page; only one page is held at a time. The first is read at once. */
export async function confirmedPages(reader: Reader, span: Span): Promise<Pages> {
  const first = await reader.confirmed(span, null, PAGE);
  return (async function* pages() {
    for (let page = first; page.length > 0;) {
      yield page;
      const last = page.at(-1);
      page = last && page.length === PAGE ? await reader.confirmed(span, { at: last.confirmedAt, id: last.orderId }, PAGE) : [];
    }
  })();
}

const HEADER = [
  'series', 'entryNo', 'orderId', 'customerId', 'customerName', 'region', 'amountYuan', 'bookedAmountYuan', 'agrees',
  'saleOrderCode', 'receivableCode', 'contractId', 'waybill', 'placedAt', 'confirmedAt', 'recordedAt', 'discountFen',
];

/** As CSV with a header, amounts in yuan where the column does not say fen. */
export async function* csvOf(pages: Pages): AsyncGenerator<string> {
  yield csvRow(HEADER);
  for await (const page of pages) yield page.map(csvLine).join('');
}

/** As `{"orders":[...],"totalFen":"..."}`, the total of what is to be paid. */
export async function* jsonOf(pages: Pages): AsyncGenerator<string> {
  yield '{"orders":[';
  let total = 0n;
  let separator = '';
  for await (const page of pages) {
    yield separator + page.map(jsonLine).join(',');
    separator = ',';
    for (const { amount } of page) total += amount;
  }
  yield `],"totalFen":"${total}"}`;
}

function csvLine(order: OrderRecorded): string {
  return csvRow([
    String(order.series), String(order.entryNo), ...[order.orderId, order.customerId, order.customerName, order.region].map(textCell),
    yuanFromFen(order.amount), yuanFromFen(order.bookedAmount), String(order.agrees),
    ...[order.saleOrderCode, order.receivableCode, order.contractId, order.waybill].map(textCell),
    utc(order.placedAt), utc(order.confirmedAt), utc(order.recordedAt), order.discount.toString(),
  ]);
}

function jsonLine({ series, entryNo, orderId, customerId, customerName, region, amount, bookedAmount, agrees, ...order }: OrderRecorded): string {
  const { saleOrderCode, receivableCode, contractId, waybill, placedAt, confirmedAt, recordedAt, discount } = order;
  return JSON.stringify({
    series, entryNo, orderId, customerId, customerName, region, amountFen: amount.toString(), bookedAmountFen: bookedAmount.toString(), agrees,
    saleOrderCode, receivableCode, contractId, waybill, placedAt: utc(placedAt), confirmedAt: utc(confirmedAt), recordedAt: utc(recordedAt), discountFen: discount.toString(),
  });
}
