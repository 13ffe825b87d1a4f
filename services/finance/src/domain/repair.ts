import { never } from '@order-mesh/kernel';

/** What would make a difference go away. */
export type Repair =
  /** Documents that should not be in the ERP are taken back there. */
  | { readonly kind: 'take-back-documents'; readonly customerId: string; readonly codes: readonly string[] }
  /** The CRM is told once more how the order ended. */
  | { readonly kind: 'tell-crm'; readonly end: OrderEnd }
  /** An order that the mesh has missed is read in the CRM and placed. */
  | { readonly kind: 'take-order-on' }
  /** Nothing that a machine may do: what a person has to. */
  | { readonly kind: 'by-hand'; readonly advice: string };

/** How an order ended, as the CRM is told. Plain JSON; what is not known is null. */
export interface OrderEnd {
  readonly status: string;
  readonly reason: string | null;
  readonly confirmedAt: number | null;
  readonly contractId: string | null;
  readonly waybill: string | null;
  readonly saleOrderCode: string | null;
}

/** What the repair would do, or what a person has to do, in words. */
export function repairInWords(orderId: string, repair: Repair): string {
  switch (repair.kind) {
    case 'take-back-documents': return `takes ${repair.codes.join(', ')} back in the ERP (a receivable is given up, a sales order closed) and touches no other document`;
    case 'tell-crm': return `writes onto order ${orderId} in the CRM that it was ${endInWords(repair.end)}`;
    case 'take-order-on': return `reads order ${orderId} in the CRM and places it in the mesh; an order that the mesh knows by then is left alone`;
    case 'by-hand': return repair.advice;
    default: return never(repair);
  }
}

function endInWords({ status, reason, confirmedAt, contractId, waybill, saleOrderCode }: OrderEnd): string {
  const details = [
    confirmedAt === null ? '' : `at ${new Date(confirmedAt).toISOString()}`,
    contractId === null ? '' : `contract ${contractId}`,
    waybill === null ? '' : `waybill ${waybill}`,
    saleOrderCode === null ? '' : `sales order ${saleOrderCode}`,
    reason ?? '',
  ].filter((detail) => detail !== '');
  return `${status}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}
