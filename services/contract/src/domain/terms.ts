import type { Address, SignContract } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
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
  amountFen: string;
  placedAt: Instant;
}> & Partial<Form>;

export type TermsLine = Readonly<{ lineNo: number; sku: string; name: string; quantity: number; unit: string; unitPriceFen: string; amountFen: string }>;

/** The terms of the order that is to be signed for, in the form that was decided on. */
export function termsOf({ orderId, revision, customerId, customerName, shipTo, lines, amount, placedAt }: SignContract, { template, signWithinDays }: Form): Terms {
  return {
    contractId: contractIdOf({ orderId, revision }),
    orderId, revision, customerId, customerName, shipTo, placedAt, template, signWithinDays,
    lines: lines.map(({ lineNo, sku, name, quantity, unit, unitPrice, amount: total }) => (
      { lineNo, sku, name, quantity, unit, unitPriceFen: String(unitPrice), amountFen: String(total) })),
    amountFen: String(amount),
  };
}
