import { setTimeout as sleep } from 'node:timers/promises';
import { openGateway, regionalManager, type Session } from '@order-mesh/cli/parts';
import type { Broker } from '@order-mesh/messaging';
import { seededChance } from '@order-mesh/simulator';
import { faultsOf, type Plan } from '../plan/spec.ts';
import type { Stage } from '../stage/stage.ts';
import type { Looker } from '../watch/database.ts';
import { watchEnds } from '../watch/ends.ts';
import { GrowthWatch, type Growth } from '../watch/growth.ts';
import { Progress } from '../watch/progress.ts';
import { repeat, type Repetition } from '../watch/repeat.ts';
import { Amendments } from './amendments.ts';
import { OrderBook } from './book.ts';
import { Copies } from './copies.ts';
import { CrmDesk } from './crm.ts';
import { OrderDesk } from './desk.ts';
import { openBroker } from './kafka.ts';
import { RuleChanges } from './rules.ts';
import { Traffic } from './traffic.ts';

const DECIDE_EVERY_MS = 2_000;
const TELL_EVERY_MS = 15_000;
const CRM_ORDERS_A_CALL = 10;
const CRM_STILL_EVERY_MS = 4_000;

export interface LoadOptions {
  readonly plan: Plan;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** All that comes to the mesh from outside during a run, and all who watch what becomes of it. */
export class Load {
  readonly book = new OrderBook();
  readonly broker: Broker;
  readonly desk: OrderDesk;
  readonly traffic: Traffic;
  readonly copies: Copies;
  readonly amendments: Amendments;
  readonly rules: RuleChanges;
  readonly progress: Progress;
  readonly #growth: GrowthWatch;
  readonly #watchers: readonly Repetition[];
  readonly #crm: Promise<void>;
  readonly #steady: Promise<void>;
  readonly #enough = new AbortController();
  readonly #ending = new AbortController();

  private constructor(stage: Stage, looker: Looker, { plan, say, signal }: LoadOptions) {
    const { directly, people } = stage;
    const ends = AbortSignal.any([signal, this.#ending.signal]);
    this.broker = openBroker(directly.kafka, 'chaos');
    this.desk = new OrderDesk({ url: directly.gateway, session: people.shop, book: this.book, signal });
    const race = faultsOf(plan).reduce((sum, { fault }) => sum + (fault.kind === 'race' ? fault.orders : 0), 0);
    this.traffic = new Traffic({
      desk: this.desk, orders: plan.orders - plan.crmOrders - race, ratePerSecond: plan.ratePerSecond, chance: seededChance(plan.seed ^ 0x22), signal: ends,
    });
    this.copies = new Copies(this.broker, seededChance(plan.seed ^ 0x33));
    this.amendments = new Amendments(this.broker, seededChance(plan.seed ^ 0x44));
    this.rules = new RuleChanges(directly.gateway, people);
    this.progress = new Progress({ looker, ends: (topics) => this.broker.ends(topics), isReady: async (service) => await stage.services.get(service)?.ready() ?? false });
    this.#growth = new GrowthWatch(stage);
    this.#watchers = [watchEnds(looker, this.book), decisions(directly.gateway, people.director), repeat(TELL_EVERY_MS, async () => { say(this.#told()); await Promise.resolve(); })];
    this.#steady = this.traffic.run();
    this.#crm = placeInCrm(new CrmDesk(directly.partners.salesforce, this.book), plan, { ends, enough: this.#enough.signal });
    for (const one of [this.#steady, this.#crm]) one.catch(() => {});
  }

  static async open(stage: Stage, looker: Looker, options: LoadOptions): Promise<Load> {
    const load = new Load(stage, looker, options);
    await load.copies.start();
    await load.amendments.start();
    return load;
  }

  /** Stops placing orders once the planned number is placed, and waits until each is taken on. */
  async calm(): Promise<void> {
    this.traffic.enough();
    this.#enough.abort();
    await this.#steady;
    await this.#crm;
    await this.desk.idle();
    await this.amendments.stop();
    await this.rules.stop();
  }

  /** Ends what is sent and watched; gives how memory and handles went. */
  async close(): Promise<readonly Growth[]> {
    this.#ending.abort();
    await this.rules.stop();
    await this.amendments.stop();
    await this.copies.stop();
    for (const watcher of this.#watchers) await watcher.stop();
    await this.progress.stop();
    return this.#growth.stop();
  }

  #told(): string {
    const all = this.book.all();
    return `${all.length} orders submitted, ${this.book.accepted().length} taken on, ${all.filter(({ endedAt }) => endedAt !== null).length} ended, ${this.amendments.sent} amended, version ${this.rules.released} of the rules, ${this.copies.sent} messages sent twice`;
  }
}

/** The director decides what waits for a person; while the gateway is away it waits. */
export function decisions(gateway: string, director: Session): Repetition {
  const manage = regionalManager([openGateway(gateway, director)], () => true);
  return repeat(DECIDE_EVERY_MS, () => manage().catch(() => {}));
}

/** The planned number, and then one now and again until that is enough: a crash point of the adapter may still wait for one. */
async function placeInCrm(desk: CrmDesk, { crmOrders, seconds }: Plan, { ends, enough }: { readonly ends: AbortSignal; readonly enough: AbortSignal }): Promise<void> {
  const calls = Math.ceil(crmOrders / CRM_ORDERS_A_CALL);
  for (let call = 0; call < calls && !ends.aborted; call += 1) {
    await desk.place(Math.min(CRM_ORDERS_A_CALL, crmOrders - call * CRM_ORDERS_A_CALL));
    await sleep(seconds * 0.9 / calls * 1_000, undefined, { signal: ends }).catch(() => {});
  }
  const over = AbortSignal.any([ends, enough]);
  while (!over.aborted) {
    await desk.place(1);
    await sleep(CRM_STILL_EVERY_MS, undefined, { signal: over }).catch(() => {});
  }
}
