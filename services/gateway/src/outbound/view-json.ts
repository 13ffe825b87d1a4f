import type { ApprovalView } from '../domain/approval-view.ts';
import { printable } from '../domain/mask.ts';
import type { Goods, OrderView } from '../domain/order-view.ts';
import type { Json } from '../domain/timeline.ts';

/** Writes any value as JSON that PostgreSQL takes; money, which JSON has no exact number for, becomes text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field === 'bigint') return field.toString();
    return typeof field === 'string' ? printable(field) : field;
  });
}

/** A view without its goods, which have a column of their own. */
export function viewToJson(view: OrderView): string {
  return toJson(view.placement ? { ...view, placement: { ...view.placement, goods: null } } : view);
}

/** The inverse of `viewToJson`. */
export function viewFromJson(json: string): OrderView {
  return JSON.parse(json, withMoney);
}

export const approvalToJson = (view: ApprovalView): string => toJson(view);

/** The inverse of `approvalToJson`. */
export function approvalFromJson(json: string): ApprovalView {
  return JSON.parse(json, withMoney);
}

/** The goods of an order as they are shown; null leaves what is stored. */
export function goodsToJson(goods: Goods | null | undefined): string | null {
  if (!goods) return null;
  const lines = goods.lines.map(({ lineNo, sku, name, quantity, unit, unitPrice, amount }) => ({ lineNo, sku, name, quantity, unit, unitPriceFen: unitPrice, amountFen: amount }));
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
