import { loadSalesDesk, type SalesDesk } from '@order-mesh/cli/parts';
import type { OrderBook } from './book.ts';

/** Places orders in the CRM as people do; what the CRM holds, the mesh has to find. */
export class CrmDesk {
  readonly #url: string;
  readonly #book: OrderBook;
  #desk: SalesDesk | undefined;

  constructor(url: string, book: OrderBook) {
    this.#url = url;
    this.#book = book;
  }

  async place(count: number): Promise<void> {
    const { nextBaskets, openSalesDesk } = await loadSalesDesk();
    this.#desk ??= await openSalesDesk(this.#url);
    const placed = await this.#desk.place(nextBaskets(await this.#desk.held(), count));
    const now = Date.now();
    for (const { orderId } of placed) {
      this.#book.submit(orderId, now);
      this.#book.accept(orderId, now);
    }
  }
}
