import type { Order } from '../gateway/order.ts';
import { summarize } from './summary.ts';

const order = (more: Partial<Order>): Order => ({
  orderId: 'O1', source: 'salesforce', externalId: 'O1', customerId: 'C1', customerName: 'c', region: 'r', amountFen: '100', status: 'confirmed', step: null,
  reason: null, detail: null, placedAt: '2026-03-01T00:00:00.000Z', updatedAt: '2026-03-01T00:00:02.000Z', endedAt: '2026-03-01T00:00:02.000Z', leadTimeMs: 2_000, ...more,
});
const rejected = (step: string, reason: string): Order => order({ status: 'rejected', step, reason, leadTimeMs: 1_000 });

it('counts how the orders ended, and why some were rejected, the most common reason first', () => {
  const orders = [order({}), rejected('stock', 'out-of-stock'), rejected('credit', 'over-limit'), rejected('credit', 'over-limit'), order({ status: 'manual' }), order({ status: 'cancelled' })];
  const summary = summarize(6, orders, 9_000);
  expect(summary).toMatchObject({ orders: 6, confirmed: 1, rejected: 3, cancelled: 1, manual: 1, unfinished: 0, startMs: 9_000 });
  expect(Object.entries(summary.rejectedByReason)).toEqual([['credit: over-limit', 2], ['stock: out-of-stock', 1]]);
});

it('measures lead times of ended orders only, and the pace from the first activation to the last end', () => {
  const slow = order({ placedAt: '2026-03-01T00:00:01.000Z', endedAt: '2026-03-01T00:00:04.000Z', leadTimeMs: 3_000 });
  const summary = summarize(3, [order({}), slow, order({ status: 'running', endedAt: null, leadTimeMs: null })], 0);
  expect(summary.leadTimeMs).toEqual({ p50: 2_000, p95: 3_000, p99: 3_000 });
  expect(summary).toMatchObject({ durationMs: 4_000, ordersPerSecond: 0.5, unfinished: 1 });
});

it('counts an order that was placed and never shown as unfinished', () => {
  expect(summarize(2, [order({})], 0).unfinished).toBe(1);
  expect(summarize(1, [], 0)).toMatchObject({ unfinished: 1, durationMs: 0, ordersPerSecond: null, leadTimeMs: { p50: null, p95: null, p99: null } });
});
