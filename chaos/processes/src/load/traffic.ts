import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderDesk } from './desk.ts';
import { orderDrawer, type OrderBody } from './orders.ts';

/** How the numbers of its orders begin. */
export const STEADY = 'c-';
const TURN_MS = 100;
const LEAST_RATE = 1;

export interface TrafficOptions {
  readonly desk: OrderDesk;
  /** Orders to be placed in a steady stream, all in all. */
  readonly orders: number;
  readonly ratePerSecond: number;
  readonly chance: () => number;
  readonly signal: AbortSignal;
}

/** The stream of orders: steady, faster when a fault wants it so. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #draw: (orderId: string) => OrderBody;
  #times = 1;
  #isEnough = false;
  #placed = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#draw = orderDrawer(options.chance);
  }

  get placed(): number {
    return this.#placed;
  }

  speed(times: number): void {
    this.#times = times;
  }

  place(order: OrderBody): void {
    this.#options.desk.place(order);
  }

  /** Ends the stream once all orders of the plan are placed. */
  enough(): void {
    this.#isEnough = true;
  }

  /** A plan that takes longer than planned needs orders all the same, but no more than it takes to see that they go through. */
  #rate(): number {
    const { orders, ratePerSecond } = this.#options;
    return this.#placed < orders ? ratePerSecond * this.#times : Math.min(ratePerSecond, LEAST_RATE);
  }

  /** Places orders until all are placed and it is enough: there is traffic as long as there are faults. */
  async run(): Promise<void> {
    const { orders, signal } = this.#options;
    for (let owed = 0, last = Date.now(); (this.#placed < orders || !this.#isEnough) && !signal.aborted; await sleep(TURN_MS)) {
      const now = Date.now();
      owed += (now - last) / 1_000 * this.#rate();
      last = now;
      for (; owed >= 1; owed -= 1) {
        this.place(this.#draw(`${STEADY}${String(this.#placed).padStart(6, '0')}`));
        this.#placed += 1;
      }
    }
  }
}
