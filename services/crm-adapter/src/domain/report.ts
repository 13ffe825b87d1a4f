import { never } from '@order-mesh/kernel';
import type { TellCrm, TopicMessages } from '@order-mesh/contracts';
import { isCrmOrderId } from './crm-order.ts';
import { SOURCE } from './review.ts';

export type OrderEvent = TopicMessages['order.events.v1'];

/** What the CRM is told about one of its orders; fields that are not named stay as they are. */
export interface Report {
  readonly orderId: string;
  readonly status?: ReportedStatus;
  readonly reason?: string;
  readonly confirmedAt?: string;
  readonly contractId?: string;
  readonly waybill?: string;
  readonly saleOrderCode?: string;
}

export type ReportedStatus = 'Confirmed' | 'Rejected' | 'Cancelled' | 'Needs attention';

/** What to tell the CRM of an event; undefined when the order is not the CRM's or there is nothing new to it. */
export function reportOf({ type, value }: OrderEvent): Report | undefined {
  const { orderId } = value;
  if (!isCrmOrderId(orderId) || ('source' in value && value.source !== SOURCE)) return undefined;
  switch (type) {
    case 'OrderConfirmed': return {
      orderId, status: 'Confirmed', reason: '', confirmedAt: new Date(value.confirmedAt).toISOString(),
      contractId: value.contractId, waybill: value.waybill, saleOrderCode: value.saleOrderCode,
    };
    case 'OrderRejected': return { orderId, status: 'Rejected', reason: short(`${value.step}: ${value.detail}`) };
    case 'OrderCancelled': return { orderId, status: 'Cancelled', reason: short(value.reason) };
    case 'OrderNeedsAttention': return { orderId, status: 'Needs attention', reason: short(`${value.step}: ${value.detail} (${value.owner})`) };
    case 'CancelRefused': return refusedCancel(orderId, value);
    case 'OrderAmended': return { orderId, reason: '' };
    case 'AmendmentRefused': return { orderId, reason: short(`not amended: ${value.detail}`) };
    case 'PlacementIgnored': return undefined;
    // the CRM is told of what the order comes to, not of the work it makes
    case 'CaseOpened': case 'CaseAssigned': case 'CaseDecided': case 'CaseClosed': case 'CaseDecisionIgnored': return undefined;
    default: return never(type);
  }
}

/** The same once more, as finance knows it; what it does not know stays as it is. */
export function reportAgain({ orderId, status, reason, confirmedAt, contractId, waybill, saleOrderCode }: TellCrm): Report | undefined {
  const reported = REPORTED[status];
  if (!reported || !isCrmOrderId(orderId)) return undefined;
  const words = reported === 'Confirmed' ? '' : reason;
  return {
    orderId, status: reported, ...(words !== null && { reason: short(words) }), ...(confirmedAt !== null && { confirmedAt: new Date(confirmedAt).toISOString() }),
    ...(contractId !== null && { contractId }), ...(waybill !== null && { waybill }), ...(saleOrderCode !== null && { saleOrderCode }),
  };
}

/** One report an order: what several say of the same is joined, the later over the earlier. */
export function joined(reports: readonly Report[]): ReadonlyMap<string, Report> {
  const each = new Map<string, Report>();
  for (const report of reports) each.set(report.orderId, { ...each.get(report.orderId), ...report });
  return each;
}

const REPORTED: Readonly<Record<string, ReportedStatus>> = { confirmed: 'Confirmed', rejected: 'Rejected', cancelled: 'Cancelled' };

const LONGEST_TEXT = 255;

function refusedCancel(orderId: string, { reason, detail }: { readonly reason: string; readonly detail: string }): Report | undefined {
  if (reason === 'already-cancelled') return undefined;
  // Cancelled before it was ever taken up: for the CRM that is a cancellation like any other
  if (reason === 'unknown-order') return { orderId, status: 'Cancelled', reason: 'cancelled before it was taken up' };
  return { orderId, reason: short(`not cancelled: ${detail}`) };
}

function short(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}
