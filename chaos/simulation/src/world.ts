import { contracts, type AnyMessage } from '@order-mesh/contracts';
import { createCodec, outgoing, partitionFor, type IncomingRecord } from '@order-mesh/messaging';
import { hashOf, writeRuleSet } from '@order-mesh/rules';
import { MemoryBroker } from './broker/memory-broker.ts';
import { violationsIn } from './check/invariants.ts';
import { promotionOf, rulesChangedTo } from './check/rules.ts';
import type { Sent, Violation } from './check/snapshot.ts';
import { MemoryDatabase } from './database/connection.ts';
import { expectTaught } from './database/statements.ts';
import type { Row, Table } from './database/tables.ts';
import { Strikes, type Blow, type Mishap } from './faults.ts';
import { History, type Line } from './history.ts';
import { Fleet } from './mesh/fleet.ts';
import { Carrier } from './partners/carrier.ts';
import { Esign, type Flow } from './partners/esign.ts';
import { U8Books } from './partners/u8.ts';
import { Wire, type System } from './partners/wire.ts';
import { Chance } from './random.ts';
import { START, type OrderPlan, type Publication, type Scenario } from './scenario.ts';
import { enter, inTurns, leave } from './virtual/globals.ts';
import { Timeline, WORLD } from './virtual/timeline.ts';
import { RestWatch } from './watch-rest.ts';

export interface Outcome {
  readonly violations: readonly Violation[];
  /** Equal for equal histories. */
  readonly digest: string;
  readonly events: number;
  readonly virtualMs: number;
  readonly confirmed: number;
  /** Empty unless asked for. */
  readonly lines: readonly Line[];
}

const MOST_EVENTS = 400_000;
const CALLBACK_TRIES = 3;
const SYSTEMS: readonly System[] = ['esign', 'carrier', 'u8'];

const codec = createCodec();

/** Runs a scenario to its rest and judges it. */
export async function run(scenario: Scenario, { keepLines = false }: { readonly keepLines?: boolean } = {}): Promise<Outcome> {
  const world = new World(scenario, keepLines);
  enter(world.timeline, new Chance(scenario.seed, 3));
  try {
    return await world.live();
  } finally {
    leave();
  }
}

class World {
  readonly timeline = new Timeline(START);
  readonly #scenario: Scenario;
  readonly #history: History;
  readonly #database: MemoryDatabase;
  readonly #broker: MemoryBroker;
  readonly #wire: Wire;
  readonly #esign: Esign;
  readonly #carrier: Carrier;
  readonly #u8: U8Books;
  readonly #fleet: Fleet;
  readonly #chance: Chance;
  readonly #strikes: Strikes;
  readonly #plans: ReadonlyMap<string, OrderPlan>;
  readonly #sent = new Map<string, Sent[]>();
  readonly #known = new Set<string>();
  readonly #path = new Map<string, { status: string; version: number }[]>();
  readonly #watch: RestWatch;

  constructor(scenario: Scenario, keepLines: boolean) {
    const { timeline } = this;
    this.#scenario = scenario;
    this.#history = new History(timeline, keepLines);
    this.#chance = new Chance(scenario.seed, 4);
    this.#strikes = new Strikes(scenario.faults);
    this.#plans = new Map(scenario.orders.map((plan) => [plan.order.orderId, plan]));
    const shared = {
      timeline, chance: this.#chance, strikes: this.#strikes, history: this.#history,
      reaper: {
        crash: (...given: Parameters<Fleet['crash']>) => { this.#fleet.crash(...given); },
        freeze: (...given: Parameters<Fleet['freeze']>) => { this.#fleet.freeze(...given); },
      },
      onBlow: (where: string, blow: Blow) => { this.#history.note('blow', null, () => `is struck at ${where}: ${blow.type}`); },
    };
    this.#database = new MemoryDatabase({
      ...shared, onCommit: (table, key, row) => { this.#committed(table, key, row); },
      onConflict: () => { this.#history.note('conflict', null, () => 'begins a transaction again with locks: what it read has changed'); },
    });
    this.#broker = new MemoryBroker({ ...shared, partitions: scenario.partitions, tellsTaken: scenario.tellsTaken, onStored: (record, by) => { this.#stored(record, by); } });
    this.#wire = new Wire({ ...shared, grainMs: scenario.grainMs });
    this.#esign = new Esign({ timeline, fateOf: (orderId) => this.#plan(orderId).signing, callBack: (flow) => { this.#callBack(flow, 1); } });
    this.#carrier = new Carrier((orderId) => this.#plan(orderId).isCollected);
    this.#u8 = new U8Books(timeline, scenario.facts);
    this.#fleet = new Fleet({
      timeline, history: this.#history, database: this.#database, broker: this.#broker, wire: this.#wire, esign: this.#esign, carrier: this.#carrier, u8: this.#u8,
      partitions: scenario.partitions, inPlace: scenario.inPlace, maxRecords: scenario.maxRecords,
      onTrouble: (what, error) => { this.#history.note('trouble', null, () => `has trouble ${what}: ${error instanceof Error ? error.message : String(error)}`); },
    });
    this.#watch = new RestWatch({ timeline, database: this.#database, broker: this.#broker, fleet: this.#fleet, orderIds: [...this.#plans.keys()] });
  }

  async live(): Promise<Outcome> {
    this.#begin();
    const onDeath = (error: unknown): void => { this.#fleet.died(this.timeline.current, error); };
    process.on('uncaughtException', onDeath).on('unhandledRejection', onDeath);
    try {
      for (let goesOn = true; goesOn;) goesOn = await inTurns(() => this.#turn());
    } finally {
      process.off('uncaughtException', onDeath).off('unhandledRejection', onDeath);
    }
    return this.#outcome();
  }

  /** The next event; false when there is none any more. */
  #turn(): boolean {
    expectTaught();
    if (this.#watch.rest !== null) return false;
    const event = this.timeline.next();
    if (!event || this.timeline.events > MOST_EVENTS) return false;
    event.run();
    return true;
  }

  #begin(): void {
    for (const spec of this.#scenario.processes) this.#fleet.add(spec);
    for (const plan of this.#scenario.orders) this.#place(plan);
    for (const [index, publication] of this.#scenario.publications.entries()) this.#publish(index + 1, publication);
    for (const fault of this.#scenario.faults) if (!('place' in fault)) this.timeline.after(fault.atMs, () => { this.#befall(fault); }, WORLD);
    this.#watch.start();
  }

  #place({ order, atMs, againAtMs, cancelAtMs, isAcceptable, amendment }: OrderPlan): void {
    const { orderId, source, externalId, customerId, placedAt } = order;
    const message: AnyMessage = isAcceptable
      ? { type: 'OrderPlaced', value: order }
      : { type: 'OrderUnacceptable', value: { orderId, source, externalId, customerId, reasons: ['it has no lines'], placedAt } };
    this.#say(message, orderId, FIRST_ORDERS_MS + atMs);
    if (againAtMs !== null) this.#say(message, orderId, FIRST_ORDERS_MS + againAtMs);
    if (amendment) this.#say({ type: 'OrderPlaced', value: amendment.order }, orderId, FIRST_ORDERS_MS + amendment.atMs);
    if (cancelAtMs !== null) this.#say({ type: 'CancelRequested', value: { orderId, reason: 'changed', requestedBy: 'customer', requestedAt: START + cancelAtMs } }, orderId, FIRST_ORDERS_MS + cancelAtMs);
  }

  /** Something comes from outside of the mesh. */
  #say(message: AnyMessage, orderId: string, afterMs: number): void {
    this.#watch.expectInput(this.timeline.now + afterMs);
    this.timeline.after(afterMs, () => {
      const headers = { ce_id: `outside/${message.type}/${orderId}/${afterMs}`, ce_type: message.type, ce_time: new Date(this.timeline.now).toISOString() };
      this.#broker.publish([outgoing({ topic: contracts[message.type].topic, partition: partitionFor(orderId, this.#scenario.partitions), key: orderId, value: codec.encode(message), headers })], 'outside');
    }, WORLD);
  }

  #befall({ type, which, forMs }: Mishap): void {
    switch (type) {
      case 'partner-away': return this.#wire.takeAway(SYSTEMS[which % SYSTEMS.length] ?? 'u8', forMs);
      case 'rebalance':
      case 'rewind': return this.#fleet.disturb(type, which);
      default: return this.#fleet.befall(type, which, forMs);
    }
  }

  #publish(version: number, publication: Publication): void {
    const { atMs } = publication;
    const at = START + atMs;
    for (const set of 'off' in publication ? [promotionOf(publication.off, publication.budget)] : rulesChangedTo(publication.freezeAfterDays)) {
      this.#say({ type: 'RulesPublished', value: { point: set.point, version, hash: hashOf(set), content: writeRuleSet(set), changeId: `c${version}`, author: 'finance', approvedBy: 'director', reason: 'simulated', at } }, set.point, FIRST_ORDERS_MS + atMs);
    }
  }

  #callBack(flow: Flow, tries: number): void {
    const blow = this.#strikes.at('callback');
    if (blow) this.#history.note('callback', flow.orderId, () => `the callback about ${flow.signFlowId} is struck: ${blow.type}`);
    if (blow?.type === 'lost') return;
    const { grainMs } = this.#scenario;
    const wait = Math.ceil((this.timeline.now + this.#chance.whole(1, 20)) / grainMs) * grainMs - this.timeline.now + (blow?.type === 'slow' ? blow.byMs : 0);
    for (let copies = blow?.type === 'twice' ? 2 : 1; copies > 0; copies -= 1) {
      this.timeline.after(wait * copies, () => {
        const isHeard = this.#fleet.hear(flow.signFlowId, String(this.timeline.now));
        if (!isHeard && tries < CALLBACK_TRIES) this.timeline.after(2_000, () => { this.#callBack(flow, tries + 1); }, WORLD);
      }, WORLD);
    }
  }

  #stored(record: IncomingRecord, by: string): void {
    const { key, topic, headers } = record;
    const { ce_type: type = '', ce_id: id = '' } = headers;
    this.#history.note(type, key, () => `stores ${type} on ${topic}/${record.partition}, sent by ${by}${this.#known.has(id) ? ', again' : ''}`);
    if (this.#known.has(id) || !this.#plans.has(key)) return;
    this.#known.add(id);
    const messages = this.#sent.get(key) ?? [];
    messages.push({ id, type, topic });
    this.#sent.set(key, messages);
    if (type === 'ApprovalRequested') this.#letDecide(record);
  }

  #letDecide({ key, value }: IncomingRecord): void {
    const { approval: { decision, afterMs } } = this.#plan(key);
    const decoded = codec.decode(value);
    if (decision === 'never' || !decoded.ok || decoded.message.type !== 'ApprovalRequested') return;
    const { approvalId } = decoded.message.value;
    this.#say({ type: 'DecideApproval', value: { orderId: key, approvalId, decision, decidedBy: 'manager', comment: '', decidedAt: this.timeline.now + afterMs } }, key, afterMs);
  }

  #committed(table: Table, key: string, row: Row | null): void {
    const status = row?.['status'];
    if (status === undefined) return;
    const orderId = String(row?.['order_id'] ?? key);
    this.#history.note(table.name, orderId, () => `commits ${table.name} ${key}: ${String(status)}${row?.['step'] ? `, step ${String(row['step'])}` : ''}`);
    if (table.name !== 'order_orchestrator.saga') return;
    const way = this.#path.get(orderId) ?? [];
    way.push({ status: String(status), version: Number(row?.['version']) });
    this.#path.set(orderId, way);
  }

  #plan(orderId: string): OrderPlan {
    const plan = this.#plans.get(orderId);
    if (!plan) throw new Error(`nobody placed order ${orderId}`);
    return plan;
  }

  #outcome(): Outcome {
    const rows = (table: string): readonly Row[] => [...this.#database.table(table).rows.values()];
    const violations = violationsIn({
      orders: this.#scenario.orders, rows, flows: this.#esign.flows, shipments: [...this.#carrier.shipments.values()], documents: this.#u8.documents,
      sent: this.#sent, path: this.#path, rest: this.#watch.rest ?? 'out of patience',
    });
    return {
      violations: [...violations, ...this.#fleet.deaths], digest: this.#history.digest, events: this.timeline.events, virtualMs: this.timeline.now - START, lines: this.#history.lines,
      confirmed: rows('order_orchestrator.saga').filter(({ status }) => status === 'confirmed').length,
    };
  }
}

/** Master data is read first, as in production. */
const FIRST_ORDERS_MS = 1_500;
