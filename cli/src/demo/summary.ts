import type { Duration } from '@order-mesh/kernel';
import { hasEnded, type Order, type OrderStatus } from '../gateway/order.ts';
import { percentile } from './percentile.ts';

/** How a round of orders went; times in milliseconds. */
export interface Summary {
  readonly orders: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly cancelled: number;
  readonly manual: number;
  /** Not ended when we stopped looking. */
  readonly unfinished: number;
  /** From the activation in Salesforce to the end. */
  readonly leadTimeMs: { readonly p50: Duration | null; readonly p95: Duration | null; readonly p99: Duration | null };
  /** By step and reason, such as "credit: over-limit". */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  readonly ordersPerSecond: number | null;
  /** From the first activation to the last end. */
  readonly durationMs: Duration;
  /** Until everything was ready. */
  readonly startMs: Duration;
}

/** What came of the orders that were placed; one the mesh has not shown yet counts as unfinished. */
export function summarize(placed: number, orders: readonly Order[], startMs: Duration): Summary {
  const ended = orders.filter(hasEnded);
  const count = (status: OrderStatus): number => ended.filter((order) => order.status === status).length;
  const leadTimes = ended.flatMap(({ leadTimeMs }) => (leadTimeMs === null ? [] : [leadTimeMs]));
  const durationMs = durationOf(ended);
  return {
    orders: placed,
    confirmed: count('confirmed'), rejected: count('rejected'), cancelled: count('cancelled'), manual: count('manual'),
    unfinished: placed - ended.length,
    leadTimeMs: { p50: percentile(leadTimes, 0.5), p95: percentile(leadTimes, 0.95), p99: percentile(leadTimes, 0.99) },
    rejectedByReason: reasonsOf(ended.filter(({ status }) => status === 'rejected')),
    ordersPerSecond: durationMs > 0 ? Math.round(ended.length / durationMs * 10_000) / 10 : null,
    durationMs, startMs,
  };
}

function durationOf(ended: readonly Order[]): Duration {
  if (ended.length === 0) return 0;
  const begins = ended.map(({ placedAt }) => Date.parse(placedAt));
  const ends = ended.map(({ endedAt, updatedAt }) => Date.parse(endedAt ?? updatedAt));
  return Math.max(...ends) - Math.min(...begins);
}

function reasonsOf(rejected: readonly Order[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const order of rejected) counts.set(reasonOf(order), (counts.get(reasonOf(order)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one, oneCount], [other, otherCount]) => otherCount - oneCount || one.localeCompare(other)));
}

const reasonOf = ({ step, reason }: Order): string => `${step ?? 'unknown step'}: ${reason ?? 'no reason given'}`;
