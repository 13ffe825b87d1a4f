import type { Json } from '../domain/timeline.ts';
import type { Placed } from '../usecases/place-orders.ts';
import { Problem } from './problem.ts';

export interface HttpAnswer {
  readonly status: 200 | 202;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** What became of a placement, as HTTP says it; refusals are thrown as problems. The same outcome always gives the same bytes. */
export function placedAnswer(placed: Placed, orderId: string): HttpAnswer {
  if (placed.type === 'in-flight') throw new Problem('request-in-flight', 'a request with this Idempotency-Key is being answered; repeat it in a moment to get the answer');
  if (placed.type === 'key-reused') throw new Problem('idempotency-key-reused', 'this Idempotency-Key was used with another body; use a new key for a new request');
  const { type, order } = fieldsOf(placed.answer);
  const location = `/v1/orders/${encodeURIComponent(orderId)}`;
  if (type === 'different') throw new Problem('order-differs', `order ${orderId} was placed before with other content; the first one stands, see ${location}`);
  const headers = { Location: location, ...(placed.replayed && { 'Idempotency-Replayed': 'true' }) };
  if (type === 'known') return { status: 200, headers, body: order };
  return { status: 202, headers, body: { orderId, status: 'running' } };
}

function fieldsOf(answer: Json): { readonly type: Json; readonly order: Json } {
  const fields = new Map(typeof answer === 'object' && answer !== null ? Object.entries(answer) : []);
  return { type: fields.get('type') ?? null, order: fields.get('order') ?? null };
}
