import type { Order } from '../gateway/order.ts';
import { boardLines, endLine, type Tracked } from './board.ts';
import { decide } from './regional-manager.ts';
import { basketsAfter } from './baskets.ts';

const order = (more: Partial<Order>): Order => ({
  orderId: '801A', source: 'salesforce', externalId: '801A', customerId: 'C1', customerName: '海昌', region: 'r', amountFen: '168088', status: 'running', step: 'contract',
  reason: null, detail: null, placedAt: '2026-03-01T00:00:00.000Z', updatedAt: '2026-03-01T00:00:00.000Z', endedAt: null, leadTimeMs: null, ...more,
});
const tracked = (number: string, shown: Order | null): Tracked => ({ number, orderId: number, activatedAt: 0, order: shown });
const board = (rows: number, ...all: readonly Tracked[]): readonly string[] => boardLines(all, 2_500, rows).map((line) => line.replace(/\s+/g, ' ').trim());

it('shows each order under way with its step and how long it has been', () => {
  expect(board(20, tracked('PO-1', order({ status: 'confirmed' })), tracked('PO-2', order({})), tracked('PO-3', null), tracked('PO-4', order({ status: 'undoing', step: 'stock', reason: 'not-served' })))).toEqual([
    '1 of 4 orders ended: 1 confirmed, 0 not',
    'PO-2 海昌 credit ✓ stock ✓ [contract] logistics finance 2.5 s',
    'PO-3 on its way from Salesforce 2.5 s',
    'PO-4 海昌 undoing stock ← not-served 2.5 s',
  ]);
});

it('never shows more lines than the terminal has', () => {
  const lines = board(4, ...['PO-1', 'PO-2', 'PO-3', 'PO-4', 'PO-5'].map((number) => tracked(number, order({}))));
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toBe('and 3 more under way');
});

it('says in one line how an order ended, and why', () => {
  const ended = order({ status: 'rejected', step: 'stock', reason: 'out-of-stock', detail: 'P1 is 8 short', leadTimeMs: 1_500 });
  expect(endLine(tracked('PO-1', ended)).replace(/\s+/g, ' ')).toBe('✘ PO-1 海昌 1,680.88 yuan 1.5 s rejected by stock: P1 is 8 short');
});

it('lets frozen customers order for up to 400 yuan', () => {
  expect([{ amountFen: '40000' }, { amountFen: '40001' }].map(decide)).toEqual(['granted', 'denied']);
});

it('goes on in the sample where the last round ended, and numbers each round anew', () => {
  const sample = ['PO-0001', 'PO-0002', 'PO-0003'].map((number) => ({ number, customerId: 'C1', soldAt: '', lines: [] }));
  expect(basketsAfter(sample, 2, 3).map(({ number }) => number)).toEqual(['PO-0003-1', 'PO-0001-2', 'PO-0002-2']);
});
