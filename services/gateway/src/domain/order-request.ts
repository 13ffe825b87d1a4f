import type { OrderLine, OrderPlaced, Policy } from '@order-mesh/contracts';
import { fen, MAX_FEN, type Fen } from '@order-mesh/kernel';

/** An order as an upstream system writes it, its fields already of the right form. */
export interface OrderRequest {
  readonly orderId: string;
  readonly source: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly region: string;
  /** The person of ours who placed it; '' where nobody says. */
  readonly placedBy: string;
  readonly lines: readonly RequestedLine[];
  readonly shipTo: OrderPlaced['shipTo'];
}

export interface RequestedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceFen: bigint;
}

/** What is wrong, and where in the request. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

/** An order that passed the border; it lacks only the moment it is placed. */
export type OrderDraft = Omit<OrderPlaced, 'placedAt'>;

export type Review = { readonly type: 'good'; readonly order: OrderDraft } | { readonly type: 'bad'; readonly faults: readonly Fault[] };

/** Lets an order in, or says everything that is wrong with its numbers. */
export function reviewOrder(request: OrderRequest, { maxLines }: Policy['order']): Review {
  const { orderId, source, customerId, customerName, region, placedBy, shipTo } = request;
  const faults = faultsOf(request.lines, maxLines);
  if (faults.length > 0) return { type: 'bad', faults };
  const lines = request.lines.map(toLine);
  const amount = fen(lines.reduce((sum, line) => sum + line.amount, 0n));
  return { type: 'good', order: { orderId, source, externalId: orderId, customerId, customerName, region, lines, amount, shipTo, placedBy } };
}

/** Says why a line's product of quantity and price cannot be booked; null when it can. */
export function faultOfLine({ quantity, unitPriceFen }: Pick<RequestedLine, 'quantity' | 'unitPriceFen'>): string | null {
  const amount = unitPriceFen * BigInt(quantity);
  return amount > MAX_FEN ? `${quantity} x ${unitPriceFen} fen is ${amount} fen; at most ${MAX_FEN} can be booked` : null;
}

/** In canonical form: two requests for the same order give the same text, however they are written. */
export function requestText(order: OrderDraft): string {
  // what nobody said was not in the texts of older releases either
  const { placedBy, ...said } = order;
  return JSON.stringify(placedBy === '' ? said : order, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function faultsOf(lines: readonly RequestedLine[], maxLines: number): readonly Fault[] {
  if (lines.length === 0) return [{ path: ['lines'], detail: 'an order has at least one line' }];
  if (lines.length > maxLines) return [{ path: ['lines'], detail: tooManyLines(lines.length, maxLines) }];
  const faults = lines.flatMap((line, index) => {
    const detail = faultOfLine(line);
    return detail === null ? [] : [{ path: ['lines', index], detail }];
  });
  if (faults.length > 0) return faults;
  const total = lines.reduce((sum, { quantity, unitPriceFen }) => sum + unitPriceFen * BigInt(quantity), 0n);
  if (total > MAX_FEN) return [{ path: ['lines'], detail: `the order adds up to ${total} fen; at most ${MAX_FEN} can be booked` }];
  return total === 0n ? [{ path: ['lines'], detail: 'the order adds up to 0 fen; there is nothing to book' }] : [];
}

export const tooManyLines = (count: number, maxLines: number): string => `the order has ${count} lines; at most ${maxLines} can be taken, split it`;

function toLine({ sku, name, quantity, unit, unitPriceFen }: RequestedLine, index: number): OrderLine {
  const unitPrice: Fen = fen(unitPriceFen);
  return { lineNo: index + 1, sku, name, quantity, unit, unitPrice, amount: fen(unitPrice * BigInt(quantity)) };
}
