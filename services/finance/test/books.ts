import type { StatedCrmOrder, StatedDocument, StatedOrder } from '@order-mesh/contracts';
import { fen, hours } from '@order-mesh/kernel';
import type { Books, LedgerSide, Period } from '../src/domain/books.ts';
import { NOON } from './scene.ts';

export const period: Period = { from: NOON - hours(100), settledBefore: NOON };
export const AMOUNT = fen(1_230_000n);
export const PLACED = NOON - hours(2);

export const mesh = (change: Partial<StatedOrder> = {}): StatedOrder => ({
  orderId: 'O1', status: 'confirmed', source: 'salesforce', customerId: 'C1', amount: AMOUNT, discount: fen(0), reason: null, placedAt: PLACED, changedAt: NOON - hours(1), ...change,
});
export const crm = (change: Partial<StatedCrmOrder> = {}): StatedCrmOrder => ({ orderId: 'O1', status: 'Activated', amount: AMOUNT, told: 'Confirmed', activatedAt: PLACED, ...change });
export const ledger = (change: Partial<LedgerSide> = {}): LedgerSide => ({
  amount: AMOUNT, discount: fen(0), saleOrderCode: 'SO1', receivableCode: 'AR1', contractId: 'K1', waybill: 'SF1', confirmedAt: NOON - hours(1), ...change,
});
const document = (kind: string) => (code: string, change: Partial<StatedDocument> = {}): StatedDocument => ({
  orderId: 'O1', kind, code, state: 'verified', customerId: 'C1', amount: AMOUNT, datedAt: NOON - hours(8), ...change,
});
export const salesOrder = document('sales-order');
export const receivable = document('receivable');

/** A confirmed order about which all books agree. */
export const agreeing = (change: Partial<Books> = {}): Books => ({
  orderId: 'O1', mesh: mesh(), ledger: ledger(), crm: crm(), erp: [salesOrder('SO1'), receivable('AR1')], ...change,
});

/** An order that ended otherwise, of which the ERP and the ledger hold nothing that lives. */
export const undone = (status: 'rejected' | 'cancelled', change: Partial<Books> = {}): Books => agreeing({
  mesh: mesh({ status, reason: status === 'rejected' ? 'credit: over the limit' : null }), ledger: null, crm: crm({ told: status === 'rejected' ? 'Rejected' : 'Cancelled' }),
  erp: [salesOrder('SO1', { state: 'gone' })], ...change,
});
