import { fen, timesFen, type Fen } from '@order-mesh/kernel';
import type { BookOrder } from '@order-mesh/contracts';

/** What the ERP is asked to write down, as plain JSON: amounts are fen in digits. */
export interface BookRequest {
  readonly orderId: string;
  readonly customerId: string;
  readonly contractId: string;
  readonly waybill: string;
  readonly amount: string;
  readonly lines: readonly BookLine[];
}

export interface BookLine {
  readonly lineNo: number;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: string;
}

/** Whose documents are taken back. */
export interface TakeBackRequest {
  readonly orderId: string;
  readonly customerId: string;
  /** Only those with one of these codes; all when absent. */
  readonly codes?: readonly string[];
  /** The ERP's receipt for a document that it may enter still. */
  readonly outstanding?: string;
}

/** Draws the request up from the command. */
export function bookRequest({ orderId, customerId, contractId, waybill, lines, amount }: BookOrder): BookRequest {
  return {
    orderId, customerId, contractId, waybill,
    amount: String(amount),
    lines: lines.map(({ lineNo, sku, name, quantity, unitPrice }) => ({ lineNo, sku, name, quantity, unitPrice: String(unitPrice) })),
  };
}

/** Reads fen written in digits. */
export function fenFromDigits(digits: string): Fen {
  return fen(BigInt(digits));
}

/** What the lines add up to: quantity times price, line by line. */
export function linesTotal(lines: readonly BookLine[]): bigint {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + timesFen(fenFromDigits(unitPrice), quantity), 0n);
}
