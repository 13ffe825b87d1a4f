import type { ApprovalView } from '../domain/approval-view.ts';
import { printable } from '../domain/mask.ts';
import { withoutGoods, type Goods, type OrderView } from '../domain/order-view.ts';
import type { Entry, Json } from '../domain/timeline.ts';

/** Writes a value without money in it as JSON that PostgreSQL takes. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  // only what PostgreSQL may not take is escaped in this way
  if (!text.includes('\\u')) return text;
  return JSON.stringify(value, (_, field: unknown) => (typeof field === 'string' ? printable(field) : field));
}

/** A view without its goods, which have a column of their own; money, which JSON has no exact number for, becomes text. */
export function viewToJson(view: OrderView): string {
  const { placement, amendment, ...kept } = withoutGoods(view);
  return toJson({
    ...kept, placement: placement && { ...placement, amount: placement.amount?.toString() ?? null }, ...(amendment && { amendment: { ...amendment, amount: amendment.amount.toString() } }),
  });
}

/** The messages of one order that one batch brought. */
export function entriesToJson(entries: readonly Entry[]): string {
  return toJson(entries.map(({ id, at, type, summary, value }) => ({ id, at, type, summary, value })));
}

/** The inverse of `viewToJson`. */
export function viewFromJson(json: string): OrderView {
  return JSON.parse(json, withMoney);
}

export const approvalToJson = (view: ApprovalView): string => toJson(view.question ? { ...view, question: { ...view.question, amount: view.question.amount.toString() } } : view);

/** The inverse of `approvalToJson`. */
export function approvalFromJson(json: string): ApprovalView {
  return JSON.parse(json, withMoney);
}

/** The goods of an order as they are shown; null leaves what is stored. */
export function goodsToJson(goods: Goods | null | undefined): string | null {
  if (!goods) return null;
  const lines = goods.lines.map(({ lineNo, sku, name, quantity, unit, unitPrice, amount }) => (
    { lineNo, sku, name, quantity, unit, unitPriceFen: unitPrice.toString(), amountFen: amount.toString() }));
  return toJson({ lines, shipTo: goods.shipTo });
}

export function jsonFrom(text: string | null): Json {
  return text === null ? null : JSON.parse(text);
}

/** Text for a column that is searched: indexable, whatever a foreign record holds. */
export function column(text: string): string {
  return printable(text.slice(0, 300));
}

const withMoney = (name: string, value: unknown): unknown => (name === 'amount' && typeof value === 'string' ? BigInt(value) : value);
