import { approvalsService } from '@order-mesh/approvals';
import { contractServiceWith, openSigningDesk } from '@order-mesh/contract';
import { defaultPolicy } from '@order-mesh/contracts';
import { creditService } from '@order-mesh/credit';
import { apiStatement, bookingDesk, erpAdapterServiceWith, openApiBooks } from '@order-mesh/erp-adapter';
import { financeService } from '@order-mesh/finance';
import { inventoryService } from '@order-mesh/inventory';
import { logisticsServiceWith, openCarrierDesk } from '@order-mesh/logistics';
import { createCodec, defaultLimits, Processor, type Participant } from '@order-mesh/messaging';
import { orderOrchestratorService } from '@order-mesh/order-orchestrator';
import { createCongestion, createRepeater, deadLetters, isPassing, pgMessageStore, readConfig, silentLog, type Database, type Metrics, type Repeater, type Runtime, type ServiceDefinition } from '@order-mesh/platform';
import { pricingService } from '@order-mesh/pricing';
import type { MemoryBroker } from '../broker/memory-broker.ts';
import type { MemoryDatabase } from '../database/connection.ts';
import type { Carrier } from '../partners/carrier.ts';
import type { Esign } from '../partners/esign.ts';
import type { U8Books } from '../partners/u8.ts';
import type { Wire } from '../partners/wire.ts';
import type { Owner, Timeline } from '../virtual/timeline.ts';
import { participantOf, providedBy } from './wiring.ts';

export const SERVICES = ['order-orchestrator', 'erp-adapter', 'pricing', 'credit', 'inventory', 'contract', 'logistics', 'approvals', 'finance'] as const;
export type ServiceName = typeof SERVICES[number];

/** What a process of the mesh runs on. */
export interface Ground {
  readonly timeline: Timeline;
  readonly database: MemoryDatabase;
  readonly broker: MemoryBroker;
  readonly wire: Wire;
  readonly esign: Esign;
  readonly carrier: Carrier;
  readonly u8: U8Books;
  readonly partitions: number;
  readonly inPlace: boolean;
  readonly maxRecords: number;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export interface ProcessSpec {
  readonly groupId: string;
  readonly services: readonly ServiceName[];
}

type Hear = (heard: { readonly signFlowId: string; readonly stamp: string }) => Promise<unknown>;

/** Polls that cost a transaction each come less often than in production: nothing but time depends on how often. */
const ENVIRONMENT = { CONTRACT_CHECK_SECONDS: '3600', APPROVALS_EXPIRE_EVERY_SECONDS: '5', INVENTORY_EXPIRE_EVERY_SECONDS: '60', ERP_POLL_SECONDS: '5', RECONCILE_MINUTES: '0', RECONCILE_POLL_SECONDS: '3600' };

const NO_METRICS: Metrics = {
  counter: () => ({ add: () => {} }), gauge: () => ({ set: () => {}, setAll: () => {} }), watched: () => {}, histogram: () => ({ observe: () => {} }), text: () => Promise.resolve(''),
};

/** One process of the mesh: services as they are, the real batch processor, on a database and a broker in memory. */
export class MeshProcess {
  readonly owner: Owner;
  readonly spec: ProcessSpec;
  readonly #ground: Ground;
  readonly #processor: Processor;
  readonly #repeaters: Repeater[] = [];
  readonly #stops: (() => Promise<void>)[] = [];
  #hear: Hear | null = null;
  isRunning = false;

  constructor(owner: Owner, spec: ProcessSpec, ground: Ground) {
    this.owner = owner;
    this.spec = spec;
    this.#ground = ground;
    const database = ground.database.connect(owner);
    const participants = spec.services.map((name) => this.#boot(name, database));
    this.#processor = new Processor({
      participants, broker: ground.broker.connect(owner), codec, groupId: spec.groupId, store: { ...pgMessageStore(database), isPassing },
      clock: { now: () => ground.timeline.now }, limits: { ...defaultLimits, maxRecords: ground.maxRecords }, partitions: ground.partitions, inPlace: ground.inPlace,
      watcher: { batch: () => {}, assigned: () => {}, trouble: (what, error) => { ground.onTrouble(what, error); } },
    });
  }

  /** Begins as a service does: what was left in the outbox, the group, then the repeated work. */
  async start(): Promise<void> {
    await this.#processor.start();
    for (const repeater of this.#repeaters) repeater.start();
    this.isRunning = true;
  }

  /** Ends as a service does that is told to. */
  async stop(): Promise<void> {
    this.isRunning = false;
    for (const repeater of this.#repeaters) await repeater.stop();
    for (const stop of [...this.#stops].reverse()) await stop();
    await this.#processor.stop();
  }

  /** Takes a callback of the signing provider, if the contract service runs here. */
  hear(signFlowId: string, stamp: string): Promise<unknown> {
    return this.#hear ? this.#hear({ signFlowId, stamp }) : Promise.reject(new Error('nobody takes callbacks here'));
  }

  #boot(name: ServiceName, database: Database): Participant {
    const { wire, esign, carrier, u8 } = this.#ground;
    const { owner } = this;
    switch (name) {
      case 'order-orchestrator': return this.#put(orderOrchestratorService, database);
      case 'pricing': return this.#put(pricingService, database);
      case 'credit': return this.#put(creditService, database);
      case 'inventory': return this.#put(inventoryService, database);
      case 'approvals': return this.#put(approvalsService, database);
      case 'finance': return this.#put(financeService, database);
      case 'contract': return this.#put(contractServiceWith((runtime, settle) => openSigningDesk({ runtime, provider: 'esign', operations: esign.connect(wire, owner), settle })), database);
      case 'logistics': return this.#put(logisticsServiceWith((runtime, settle) => openCarrierDesk({ runtime, operations: carrier.connect(wire, owner), settle })), database);
      case 'erp-adapter': return this.#put(erpAdapterServiceWith((runtime) => {
        const { u8: { document: documents }, giveUpAfter } = runtime.config;
        return {
          bookings: (settle) => bookingDesk({ runtime, books: openApiBooks(u8.connect(wire, owner), documents), giveUpAfter, company: 'ds 1', limits: {}, settle }),
          lists: u8.lists(wire, owner), statement: apiStatement(u8.connect(wire, owner), silentLog),
        };
      }), database);
    }
  }

  #put<Config>(definition: ServiceDefinition<Config>, database: Database): Participant {
    const { timeline, partitions } = this.#ground;
    const repeater = createRepeater(silentLog);
    this.#repeaters.push(repeater);
    const runtime: Runtime<Config> = {
      config: readConfig(ENVIRONMENT, () => '', definition.readConfig), policy: defaultPolicy, clock: { now: () => timeline.now }, log: silentLog, metrics: NO_METRICS, database, partitions, deadLetters: deadLetters({ database, codec, submit: (participant, work) => this.#processor.submit(participant, work) }),
      submit: (work) => this.#processor.submit(definition.name, work),
      obstacle: () => this.#processor.obstacle(), waitsFor: () => {},
      readiness: () => Promise.resolve(null),
      congestion: createCongestion(silentLog, NO_METRICS),
      repeat: (what, every, work) => { repeater.repeat(what, every, work); },
      checkFirst: () => {},
      onStop: (stop) => { this.#stops.push(stop); },
    };
    const module = definition.module(runtime);
    for (const value of providedBy(module).values()) {
      if (typeof value === 'object' && value !== null && 'hear' in value) this.#hear = value.hear as Hear;
    }
    return participantOf(definition, module);
  }
}

const codec = createCodec();
