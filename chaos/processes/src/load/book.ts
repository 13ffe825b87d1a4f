import type { Instant } from '@order-mesh/kernel';

/** What we know of an order, by our own notes. */
export interface Submitted {
  readonly orderId: string;
  readonly submittedAt: Instant;
  /** When the mesh took it on: from then on it must not be lost. */
  readonly acceptedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly status: string | null;
}

/** Our own notes of every order: the mesh is measured against them, never against its own. */
export class OrderBook {
  readonly #orders = new Map<string, Submitted>();

  submit(orderId: string, submittedAt: Instant): void {
    this.#orders.set(orderId, { orderId, submittedAt, acceptedAt: null, endedAt: null, status: null });
  }

  accept(orderId: string, acceptedAt: Instant): void {
    const order = this.#orders.get(orderId);
    if (order && order.acceptedAt === null) this.#orders.set(orderId, { ...order, acceptedAt });
  }

  /** It was seen to have ended; the first time counts. */
  end(orderId: string, status: string, endedAt: Instant): void {
    const order = this.#orders.get(orderId);
    if (order && order.endedAt === null) this.#orders.set(orderId, { ...order, status, endedAt });
  }

  all(): readonly Submitted[] {
    return [...this.#orders.values()];
  }

  has(orderId: string): boolean {
    return this.#orders.has(orderId);
  }

  accepted(): readonly Submitted[] {
    return this.all().filter(({ acceptedAt }) => acceptedAt !== null);
  }

  haveEnded(orderIds: readonly string[]): boolean {
    return orderIds.every((orderId) => this.#orders.get(orderId)?.endedAt !== null);
  }

  /** Taken on and not ended. */
  open(): readonly Submitted[] {
    return this.accepted().filter(({ endedAt }) => endedAt === null);
  }
}
