import type { Instant } from '@order-mesh/kernel';

/** An order as the CRM shows it: read, not yet judged. What the CRM left empty is null. */
export interface CrmOrder {
  readonly orderId: string;
  readonly status: string;
  /** When it became real; null while it never did. */
  readonly activatedAt: Instant | null;
  readonly changedAt: Instant;
  /** Null where the organisation has one currency. */
  readonly currency: string | null;
  readonly customerId: string | null;
  readonly customerName: string | null;
  readonly region: string | null;
  /** The user who created it there. */
  readonly createdBy: string | null;
  readonly shipTo: CrmAddress;
  /** May be more than `lines` holds: a long order is not read to its end. */
  readonly lineCount: number;
  readonly lines: readonly CrmLine[];
}

export interface CrmAddress {
  readonly contact: string | null;
  readonly phone: string | null;
  readonly region: string | null;
  readonly city: string | null;
  readonly street: string | null;
}

export interface CrmLine {
  readonly sku: string | null;
  readonly name: string | null;
  readonly unit: string | null;
  readonly quantity: number | null;
  /** Yuan per unit, tax included. */
  readonly unitPrice: number | null;
}

/** Whether an id is that of an order in Salesforce: 18 characters, of the type whose ids begin with 801. */
export function isCrmOrderId(orderId: string): boolean {
  return /^801[0-9A-Za-z]{15}$/.test(orderId);
}
