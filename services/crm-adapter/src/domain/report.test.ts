import { fen } from '@order-mesh/kernel';
import { announce } from './announce.ts';
import { reportOf, type OrderEvent } from './report.ts';
import type { CrmOrder } from './crm-order.ts';

const orderId = '801000000000001AAA';
const confirmed: OrderEvent = { type: 'OrderConfirmed', value: {
  orderId, source: 'salesforce', externalId: orderId, customerId: 'C1', customerName: 'c', region: 'r', amount: fen(1), bookedAmount: fen(1),
  contractId: 'HT-1', waybill: 'SF1', saleOrderCode: 'XSDD1', receivableCode: 'YSD1', placedAt: 0, confirmedAt: Date.UTC(2026, 2, 1), discount: fen(0),
} };

describe('telling the CRM how its order went', () => {
  it('names contract, waybill and sales order of a confirmed one', () => {
    expect(reportOf(confirmed)).toEqual({
      orderId, status: 'Confirmed', reason: '', confirmedAt: '2026-03-01T00:00:00.000Z', contractId: 'HT-1', waybill: 'SF1', saleOrderCode: 'XSDD1',
    });
  });

  it('gives the reason of a rejected one, no longer than the field', () => {
    const report = reportOf({ type: 'OrderRejected', value: { orderId, source: 'salesforce', externalId: orderId, step: 'credit', reason: 'over-limit', detail: 'x'.repeat(400), at: 0 } });
    expect(report?.status).toBe('Rejected');
    expect(report?.reason).toHaveLength(255);
  });

  it('says nothing about orders of other systems', () => {
    expect(reportOf({ ...confirmed, value: { ...confirmed.value, orderId: 'web-1' } })).toBeUndefined();
    expect(reportOf({ ...confirmed, value: { ...confirmed.value, source: 'webshop' } })).toBeUndefined();
  });

  it('leaves the status alone when a cancellation comes too late', () => {
    const late = reportOf({ type: 'CancelRefused', value: { orderId, reason: 'already-confirmed', detail: 'the order is confirmed', at: 0 } });
    expect(late).toEqual({ orderId, reason: 'not cancelled: the order is confirmed' });
  });

  it('calls an order cancelled that was cancelled before it was taken up', () => {
    expect(reportOf({ type: 'CancelRefused', value: { orderId, reason: 'unknown-order', detail: '', at: 0 } })?.status).toBe('Cancelled');
    expect(reportOf({ type: 'CancelRefused', value: { orderId, reason: 'already-cancelled', detail: '', at: 0 } })).toBeUndefined();
  });
});

describe('an order as it stands in the CRM', () => {
  const empty: CrmOrder = {
    orderId, status: 'Draft', activatedAt: null, changedAt: 5, currency: null, customerId: null, customerName: null, region: null, createdBy: null,
    shipTo: { contact: null, phone: null, region: null, city: null, street: null }, lineCount: 0, lines: [],
  };

  it('means nothing as a draft, a placement once activated, an undo once cancelled', () => {
    const meaning = (status: string) => announce({ ...empty, status }, { maxLines: 500 })?.type;
    expect(['Draft', 'Activated', 'Cancelled'].map(meaning)).toEqual([undefined, 'OrderUnacceptable', 'CancelRequested']);
  });
});
