import type { Address, SignContract } from '@order-mesh/contracts';
import { fen, sumFen, type Fen, type Instant } from '@order-mesh/kernel';
import { contractIdOf } from './contract.ts';
import type { Form } from './form.ts';

/** What is agreed on: all that stands in the document, as plain JSON (amounts are whole fen as text). What was asked for before there were several forms names none. */
export type Terms = Readonly<{
  contractId: string;
  orderId: string;
  revision: number;
  customerId: string;
  customerName: string;
  shipTo: Address;
  lines: readonly TermsLine[];
  /** What is taken off, and why; absent where nothing is, and in terms that were kept before anything could be. */
  discounts?: readonly TermsDiscount[];
  /** What is to be paid. */
  amountFen: string;
  placedAt: Instant;
}> & Partial<Form>;

export type TermsLine = Readonly<{ lineNo: number; sku: string; name: string; quantity: number; unit: string; unitPriceFen: string; amountFen: string }>;

export type TermsDiscount = Readonly<{ lineNo: number; title: string; amountFen: string }>;

/** The terms of the order that is to be signed for, in the form that was decided on. */
export function termsOf({ orderId, revision, customerId, customerName, shipTo, lines, amount, placedAt, discounts }: SignContract, { template, signWithinDays }: Form): Terms {
  return {
    contractId: contractIdOf({ orderId, revision }),
    orderId, revision, customerId, customerName, shipTo, placedAt, template, signWithinDays,
    lines: lines.map(({ lineNo, sku, name, quantity, unit, unitPrice, amount: total }) => (
      { lineNo, sku, name, quantity, unit, unitPriceFen: String(unitPrice), amountFen: String(total) })),
    ...(discounts.length > 0 && { discounts: discounts.map(({ lineNo, title, amount: off }) => ({ lineNo, title, amountFen: String(off) })) }),
    amountFen: String(amount),
  };
}

/** What the lines cost at their list prices. */
export const listTotal = ({ lines }: Terms): Fen => totalOf(lines);

/** What is taken off them, altogether. */
export const discountTotal = ({ discounts = [] }: Terms): Fen => totalOf(discounts);

function totalOf(rows: readonly { readonly amountFen: string }[]): Fen {
  return sumFen(rows.map(({ amountFen }) => fen(BigInt(amountFen))));
}
