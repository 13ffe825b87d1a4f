import { fen, sumFen, timesFen, type Fen } from '@order-mesh/kernel';
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
  /** Absent where nothing is taken off, and in calls that were asked before anything could be. */
  readonly discounts?: readonly BookDiscount[];
}

/** What is taken off a line, and why, in words a customer may read. */
export interface BookDiscount {
  readonly amount: string;
  readonly title: string;
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

/** Draws the request up from the command. A line without discounts is written as it was before there were any. */
export function bookRequest({ orderId, customerId, contractId, waybill, lines, amount, discounts }: BookOrder): BookRequest {
  const offLine = Map.groupBy(discounts, ({ lineNo }) => lineNo);
  return {
    orderId, customerId, contractId, waybill,
    amount: String(amount),
    lines: lines.map(({ lineNo, sku, name, quantity, unitPrice }) => {
      const off = offLine.get(lineNo)?.map((discount) => ({ amount: String(discount.amount), title: discount.title }));
      return { lineNo, sku, name, quantity, unitPrice: String(unitPrice), ...(off && { discounts: off }) };
    }),
  };
}

/** Reads fen written in digits. */
export function fenFromDigits(digits: string): Fen {
  return fen(BigInt(digits));
}

/** What a line costs at its list price. Throws BAD_AMOUNT beyond the range of fen. */
export function listTotal({ unitPrice, quantity }: BookLine): Fen {
  return timesFen(fenFromDigits(unitPrice), quantity);
}

/** What is taken off a line, by however many rules. */
export function discountOf({ discounts = [] }: BookLine): Fen {
  return sumFen(discounts.map(({ amount }) => fenFromDigits(amount)));
}

/** What is to be paid for a line. */
export function lineTotal(line: BookLine): Fen {
  return fen(listTotal(line) - discountOf(line));
}

/** What the lines add up to, after what is taken off. */
export function linesTotal(lines: readonly BookLine[]): Fen {
  return sumFen(lines.map(lineTotal));
}
