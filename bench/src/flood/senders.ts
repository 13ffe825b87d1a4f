import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderPlaced } from '@order-mesh/contracts';

export interface Flood {
  readonly port: number;
  /** Shown with each order. */
  readonly token: string;
  readonly count: number;
  /** So many send at once, each its next order as soon as the one before is taken. */
  readonly senders: number;
  readonly orderAt: (index: number) => OrderPlaced;
}

export interface FloodOutcome {
  readonly accepted: number;
  /** Answers 429. */
  readonly refused: number;
  readonly longestRetryAfterSeconds: number;
  /** Answers to an order until it was taken, at most. */
  readonly mostTries: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfterSeconds: number;
  readonly body: string;
}

const GIVE_UP_AFTER_TRIES = 200;

/** Sends all orders to the gateway as upstream systems do that obey it: who is refused comes again when it was told to, under the same key. */
export async function flood({ port, token, count, senders, orderAt }: Flood): Promise<FloodOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders, maxFreeSockets: senders });
  let next = 0;
  const outcome = { accepted: 0, refused: 0, longestRetryAfterSeconds: 0, mostTries: 0 };
  const sender = async (): Promise<void> => {
    while (next < count) {
      const order = orderAt(next);
      next += 1;
      const body = bodyOf(order);
      for (let tries = 1; ; tries += 1) {
        const { status, retryAfterSeconds, body: said } = await post({ port, agent, token, key: order.orderId, body });
        outcome.mostTries = Math.max(outcome.mostTries, tries);
        if (status === 202 || status === 200) break;
        if (status === 429) outcome.refused += 1;
        if ((status !== 429 && status !== 503 && status !== 409) || tries > GIVE_UP_AFTER_TRIES) throw new Error(`the gateway answered ${status} to order ${order.orderId}: ${said}`);
        outcome.longestRetryAfterSeconds = Math.max(outcome.longestRetryAfterSeconds, retryAfterSeconds);
        await sleep(retryAfterSeconds * 1_000);
      }
      outcome.accepted += 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: senders }, sender));
    return outcome;
  } finally {
    agent.destroy();
  }
}

function bodyOf({ orderId, source, customerId, customerName, region, lines, shipTo }: OrderPlaced): string {
  const asked = lines.map(({ sku, name, quantity, unit, unitPrice }) => ({ sku, name, quantity, unit, unitPriceFen: unitPrice.toString() }));
  return JSON.stringify({ orderId, source, customerId, customerName, region, lines: asked, shipTo });
}

interface Post {
  readonly port: number;
  readonly agent: Agent;
  readonly token: string;
  readonly key: string;
  readonly body: string;
}

/** A connection that breaks before it is answered counts as 503: the order is repeated. */
function post({ port, agent, token, key, body }: Post): Promise<Answer> {
  return new Promise((resolve) => {
    const bytes = Buffer.from(body);
    const sent = request({
      port, agent, host: '127.0.0.1', method: 'POST', path: '/v1/orders',
      headers: { 'content-type': 'application/json', 'content-length': bytes.length, 'idempotency-key': key, authorization: `Bearer ${token}` },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => { chunks.push(chunk); });
      response.on('end', () => { resolve({ status: response.statusCode ?? 0, retryAfterSeconds: Number(response.headers['retry-after'] ?? 1), body: Buffer.concat(chunks).toString() }); });
    });
    sent.on('error', (error) => { resolve({ status: 503, retryAfterSeconds: 1, body: error.message }); });
    sent.end(bytes);
  });
}
