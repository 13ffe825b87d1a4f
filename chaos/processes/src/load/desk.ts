import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '@order-mesh/cli/parts';
import { seconds } from '@order-mesh/kernel';
import type { OrderBook } from './book.ts';
import type { OrderBody } from './orders.ts';

/** How requests were answered. */
export interface DeskCounts {
  /** Requests sent, repeated ones among them. */
  requests: number;
  /** 429 or 503 with a time to wait: back-pressure, not a failure. */
  heldBack: number;
  /** No answer, or 5xx. */
  failed: number;
  /** Answered like the first time when sent once more. */
  replayed: number;
}

const ANSWER_WITHIN = seconds(15);
const AGAIN_AFTER = 400;

/** Places orders as a careful upstream does: each with a key of its own, repeated until it is answered, and once more after that. */
export class OrderDesk {
  readonly counts: DeskCounts = { requests: 0, heldBack: 0, failed: 0, replayed: 0 };
  /** Answers that must not be: another status than 200 or 202 for a good order. */
  readonly refusals: string[] = [];
  readonly #url: string;
  readonly #session: Session;
  readonly #book: OrderBook;
  readonly #signal: AbortSignal;
  readonly #underWay = new Set<Promise<void>>();

  constructor({ url, session, book, signal }: { readonly url: string; readonly session: Session; readonly book: OrderBook; readonly signal: AbortSignal }) {
    this.#url = url;
    this.#session = session;
    this.#book = book;
    this.#signal = signal;
  }

  /** Begins to place an order; it goes on until the order is taken. */
  place(order: OrderBody): void {
    this.#book.submit(order.orderId, Date.now());
    const placing = this.#place(order).catch(() => {}).finally(() => { this.#underWay.delete(placing); });
    this.#underWay.add(placing);
  }

  get waiting(): number {
    return this.#underWay.size;
  }

  /** Resolves when every order placed so far is taken. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #place(order: OrderBody): Promise<void> {
    if (!await this.#untilTaken(order)) return;
    this.#book.accept(order.orderId, Date.now());
    // everything is delivered twice, at this entrance too
    if (await this.#untilTaken(order)) this.counts.replayed += 1;
  }

  async #untilTaken(order: OrderBody): Promise<boolean> {
    while (!this.#signal.aborted) {
      const { status, waitSeconds } = await this.#send(order);
      if (status === 200 || status === 202) return true;
      if (status === 429 || status === 503) this.counts.heldBack += 1;
      else if (status === 0 || status >= 500) this.counts.failed += 1;
      else if (status !== 409) {
        this.refusals.push(`${order.orderId} was answered ${status}`);
        return false;
      }
      await sleep(waitSeconds > 0 ? waitSeconds * 1_000 : AGAIN_AFTER, undefined, { signal: this.#signal });
    }
    return false;
  }

  async #send(order: OrderBody): Promise<{ readonly status: number; readonly waitSeconds: number }> {
    this.counts.requests += 1;
    try {
      const response = await fetch(`${this.#url}/v1/orders`, {
        method: 'POST', body: JSON.stringify(order), signal: AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER_WITHIN)]),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.#session.token()}`, 'idempotency-key': order.orderId },
      });
      await response.arrayBuffer();
      return { status: response.status, waitSeconds: Number(response.headers.get('retry-after') ?? 0) };
    } catch {
      return { status: 0, waitSeconds: 0 };
    }
  }
}
