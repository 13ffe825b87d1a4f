import { randomUUID } from 'node:crypto';
import { traceIdIn } from '@order-mesh/messaging';
import type { Request } from 'express';
import { traceFrom } from './writes.ts';

export const CORRELATION = 'X-Correlation-Id';
const SOUND = /^[\w.:-]{1,64}$/;
const LONGEST_ORDER_ID = 64;

/** How a request is found again in the log. */
export interface Correlation {
  readonly correlationId: string;
  readonly traceId?: string;
  readonly orderId?: string;
}

/** By the number its sender gave it, else by its trace, else by a new one; with the order that it names in its path or its body. */
export function correlationOf({ headers, params, body }: Pick<Request, 'headers' | 'params' | 'body'>): Correlation {
  const { [CORRELATION.toLowerCase()]: given, traceparent } = headers;
  const traceId = traceIdIn(traceFrom(typeof traceparent === 'string' ? traceparent : undefined));
  const correlationId = typeof given === 'string' && SOUND.test(given) ? given : traceId ?? randomUUID();
  const orderId: unknown = params?.['orderId'] ?? (typeof body === 'object' && body !== null ? Reflect.get(body, 'orderId') : undefined);
  return { correlationId, ...(traceId !== undefined && { traceId }), ...(typeof orderId === 'string' && orderId !== '' && orderId.length <= LONGEST_ORDER_ID && { orderId }) };
}
