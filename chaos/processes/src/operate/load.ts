import { setTimeout as sleep } from 'node:timers/promises';
import { regionalManager } from '@order-mesh/cli/parts';
import type { Broker } from '@order-mesh/messaging';
import { seededChance } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import { OrderBook } from '../load/book.ts';
import { CrmDesk } from '../load/crm.ts';
import { OrderDesk } from '../load/desk.ts';
import { openBroker } from '../load/kafka.ts';
import { RuleChanges } from '../load/rules.ts';
import { Traffic } from '../load/traffic.ts';
import type { Stage } from '../stage/stage.ts';
import { repeat, type Repetition } from '../watch/repeat.ts';
import type { FrontDoor } from './front-door.ts';

const ORDERS_A_SECOND = 2;
const CRM_ORDERS = 10;
/** How Salesforce begins the number of an order. */
const CRM_PREFIX = '801';
const ENDED: ReadonlySet<string> = new Set(['confirmed', 'rejected', 'cancelled']);
/** From an order's end until its report is asked for, at most. */
const ASKED_WITHIN_MS = 1_500;
const ENDS_WITHIN_MS = 120_000;
const DECIDE_EVERY_MS = 2_000;

/** What came to the mesh. */
export interface LoadCounts {
  readonly orders: number;
  readonly requests: number;
  readonly heldBack: number;
  readonly rulesReleased: number;
}

/** A quiet day's work: orders at the gateway, one in eight of which cannot simply be confirmed, some in the CRM, rules that change, and a manager who decides. */
export class OperateLoad {
  readonly book = new OrderBook();
  readonly held = new Set<string>();
  readonly broker: Broker;
  readonly traffic: Traffic;
  readonly #door: FrontDoor;
  readonly #desk: OrderDesk;
  readonly #crm: CrmDesk;
  readonly #rules: RuleChanges;
  readonly #decisions: Repetition;
  readonly #steady: Promise<void>;
  readonly #ending = new AbortController();

  constructor({ directly, people }: Stage, door: FrontDoor, signal: AbortSignal) {
    const { gateway } = door;
    this.#door = door;
    const ends = AbortSignal.any([signal, this.#ending.signal]);
    this.broker = openBroker(directly.kafka, 'operate');
    this.#desk = new OrderDesk({ url: gateway.url, session: people.shop, book: this.book, signal: ends });
    this.traffic = new Traffic({ desk: this.#desk, orders: Infinity, ratePerSecond: ORDERS_A_SECOND, chance: seededChance(3), signal: ends });
    this.#crm = new CrmDesk(directly.partners.salesforce, this.book);
    this.#rules = new RuleChanges(gateway.url, people);
    const manage = regionalManager([gateway], (orderId) => !this.held.has(orderId));
    this.#decisions = repeat(DECIDE_EVERY_MS, () => manage().catch(() => {}));
    this.#steady = this.traffic.run();
    this.#steady.catch(() => {});
  }

  /** Places some in the CRM, and waits until it was told how each ended. */
  async placeInCrm(): Promise<void> {
    const before = new Set(this.book.all().map(({ orderId }) => orderId));
    await this.#crm.place(CRM_ORDERS);
    const placed = this.book.all().filter(({ orderId }) => !before.has(orderId) && orderId.startsWith(CRM_PREFIX));
    const { gateway, partners } = this.#door;
    await until('the orders of the CRM to end', async () => (await Promise.all(placed.map(({ orderId }) => gateway.order(orderId)))).every(({ status }) => ENDED.has(status)), ENDS_WITHIN_MS);
    await sleep(ASKED_WITHIN_MS);
    await until('the CRM to be told', async () => (await partners.list()).filter(({ system }) => system === 'salesforce').every(({ waiting }) => waiting === 0), ENDS_WITHIN_MS);
  }

  async stop(): Promise<LoadCounts> {
    this.#ending.abort();
    await this.#steady;
    await this.#rules.stop();
    await this.#decisions.stop();
    await this.broker.close();
    const { requests, heldBack } = this.#desk.counts;
    return { orders: this.book.all().length, requests, heldBack, rulesReleased: this.#rules.released };
  }
}
