import type { Instant } from '@order-mesh/kernel';
import type { Gateway } from '../gateway/gateway.ts';
import { hasEnded, type Order } from '../gateway/order.ts';
import type { Tracked } from './board.ts';
import type { PlacedOrder } from './sales-desk.ts';

const PAGE = 200;

/** Knows how far each order of the round is, by looking at the gateway again and again. */
export class Tracker {
  readonly #gateway: Gateway;
  readonly #tracked = new Map<string, Tracked>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  add(placed: readonly PlacedOrder[], activatedAt: Instant): void {
    for (const { orderId, number } of placed) this.#tracked.set(orderId, { orderId, number, activatedAt, order: null });
  }

  all(): readonly Tracked[] {
    return [...this.#tracked.values()];
  }

  has(orderId: string): boolean {
    return this.#tracked.has(orderId);
  }

  /** The orders that the mesh has shown, as they stood at the last look. */
  orders(): readonly Order[] {
    return this.all().flatMap(({ order }) => (order ? [order] : []));
  }

  /** Those that have not ended, or were never shown. */
  unfinished(): readonly Tracked[] {
    return this.all().filter(({ order }) => !order || !hasEnded(order));
  }

  /** Looks at every order that had not ended; gives those that have ended since the last look. */
  async look(): Promise<readonly Tracked[]> {
    const open = new Set(this.unfinished().map(({ orderId }) => orderId));
    const ended: Tracked[] = [];
    // the list begins with the newest, so a few pages hold the whole round
    for (let cursor: string | null | undefined; open.size > 0 && cursor !== null;) {
      const page = await this.#gateway.orders({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
      ended.push(...page.items.filter(({ orderId }) => open.delete(orderId)).flatMap((order) => this.#note(order)));
      cursor = page.items.some(({ orderId }) => this.#tracked.has(orderId)) ? page.nextCursor : null;
    }
    return ended;
  }

  #note(order: Order): readonly Tracked[] {
    const known = this.#tracked.get(order.orderId);
    if (!known) return [];
    const tracked = { ...known, order };
    this.#tracked.set(order.orderId, tracked);
    return hasEnded(order) ? [tracked] : [];
  }
}
