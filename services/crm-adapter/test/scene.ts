import { setTimeout as wait } from 'node:timers/promises';
import jsforce, { type Connection } from 'jsforce';
import { defaultPolicy, type MessageOf } from '@order-mesh/contracts';
import { hours, seconds, systemClock } from '@order-mesh/kernel';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { memoryCallLedger, type CallLedger, type DeskRuntime } from '@order-mesh/outbound';
import { createCongestion, createMetrics, silentLog } from '@order-mesh/platform';
import { SALES_APP, startSalesforce, type Salesforce, type SalesforceOptions } from '@order-mesh/salesforce-simulator';
import { loadSample, type SampleOrder } from '@order-mesh/simulator';
import type { SalesforceConfig } from '../src/config.ts';
import { memoryImports, memoryToldOrders } from '../src/outbound/memory-imports.ts';
import { memoryPositions } from '../src/outbound/memory-positions.ts';
import { memoryReportBook } from '../src/outbound/memory-report-book.ts';
import { pause, roomIn } from '../src/outbound/pause.ts';
import { salesforceChangeFeed } from '../src/outbound/salesforce/change-feed.ts';
import { salesforceOrderLists } from '../src/outbound/salesforce/order-lists.ts';
import { salesforceOrders } from '../src/outbound/salesforce/orders.ts';
import { openPubSub } from '../src/outbound/salesforce/protocol.ts';
import { reportDesk } from '../src/outbound/salesforce/report-desk.ts';
import { openSession } from '../src/outbound/salesforce/session.ts';
import { followCrm } from '../src/usecases/follow-crm.ts';
import type { Contacts, Imports, Positions, ReportBook, ToldOrders } from '../src/usecases/ports.ts';
import { reportBack, type OrderEventReceived } from '../src/usecases/report-back.ts';
import { runImports } from '../src/usecases/run-imports.ts';
import { takeImportCommands, type ImportCommand } from '../src/usecases/take-import-commands.ts';

export const sample = loadSample();

export function openWorld(options: Partial<SalesforceOptions> = {}): Promise<Salesforce> {
  return startSalesforce({ restPort: 0, pubsubPort: 0, ...options });
}

export function configFor(world: Salesforce, change: Partial<SalesforceConfig> = {}): SalesforceConfig {
  return {
    url: world.url, hosts: [], pubsub: world.pubsubEndpoint, clientId: 'order-mesh', clientSecret: 'order-mesh-secret', clientName: 'order-mesh', apiVersion: '62.0',
    certificateAuthority: world.certificate, insecureTls: false, topic: '/data/OrderChangeEvent', multiCurrency: false, timeout: seconds(5), longestSilence: seconds(30), ...change,
  };
}

/** Nothing is sealed. */
const plainContacts: Contacts = { seal: async (_, deliveries) => deliveries.map(({ shipTo }) => shipTo) };

export interface Memory {
  readonly positions: Positions;
  readonly told: ToldOrders;
  readonly imports: Imports;
  readonly ledger: CallLedger;
  readonly book: ReportBook;
}

export const emptyMemory = (): Memory => ({ positions: memoryPositions(), told: memoryToldOrders(), imports: memoryImports(), ledger: memoryCallLedger(), book: memoryReportBook() });

/** The service over memory and a real Salesforce; `memory` outlives it, as the database does. */
export function startAdapter(config: SalesforceConfig, memory: Memory = emptyMemory(), { follows = true, perSecond = Infinity }: { readonly follows?: boolean; readonly perSecond?: number } = {}) {
  const told: Outgoing[] = [];
  const progress: MessageOf<'ImportAdvanced'>['value'][] = [];
  const alive = { yes: true };
  const stops: (() => Promise<void>)[] = [];
  const submit = oneAtATime((message) => void (message.type === 'ImportAdvanced' ? progress.push(message.value) : told.push(message)), alive);
  const nowhere = () => Promise.reject(new Error('no database'));
  const runtime: DeskRuntime = {
    submit, log: silentLog, clock: systemClock, metrics: createMetrics({ processMetrics: false }), database: { query: nowhere, transaction: nowhere, close: async () => {} },
    repeat(_name, every, work) {
      const timer = setInterval(() => void (alive.yes && work().catch(() => {})), every);
      stops.push(async () => clearInterval(timer));
    },
    onStop: (stop) => void stops.push(stop),
    congestion: createCongestion(silentLog, createMetrics({ processMetrics: false })),
  };
  const session = openSession(config);
  // Two calls at once are what two processes would make
  const reports = reportDesk({ runtime, session, book: memory.book, giveUpAfter: hours(1), timeout: config.timeout, ledger: memory.ledger, limits: { concurrency: 2, firstRetryMs: 20, maxRetryMs: 200 } });
  const pubsub = openPubSub(config);
  const lost = { count: 0 };
  const stopping = new AbortController();
  const ports = {
    orders: salesforceOrders(session, config), positions: memory.positions, told: memory.told, contacts: plainContacts, pause, room: roomIn(runtime.congestion, pause), submit, policy: defaultPolicy, clock: systemClock, log: silentLog,
  };
  const follow = followCrm({ ...ports, feed: salesforceChangeFeed({ pubsub, session, config, log: silentLog }), ownClient: config.clientName, onPositionLost: () => { lost.count += 1; } });
  const work = runImports({ ...ports, imports: memory.imports, lists: salesforceOrderLists(session, config), full: () => runtime.congestion.now()?.reason ?? null, perSecond });
  const following = Promise.all([follows ? follow(stopping.signal) : undefined, work(stopping.signal)]);
  const takeCommands = takeImportCommands({ imports: memory.imports, log: silentLog });
  const handle = reportBack({ reports, log: silentLog });
  let offset = 0;
  return {
    /** Of orders, in the order it was told. */
    told,
    lost,
    congestion: runtime.congestion,
    toldOf: (orderId: string) => told.filter(({ value }) => 'orderId' in value && value.orderId === orderId).map(({ type }) => type),
    /** What was told of imports. */
    progress: () => progress,
    /** How far the import is that something was told of last. */
    last: () => progress.at(-1),
    /** Hears what is wanted of imports. */
    command: (...commands: readonly (MessageOf<'StartImport'> | MessageOf<'StopImport'> | MessageOf<'ResumeImport'>)[]) =>
      submit((unit) => takeCommands(commands.map((command): ImportCommand => ({ ...command, id: `c${offset += 1}`, key: command.value.importId, at: systemClock.now(), trace: {} })), unit)),
    /** Hears what became of orders, as one batch. */
    report: (...events: readonly (MessageOf<'OrderConfirmed'> | MessageOf<'OrderRejected'> | MessageOf<'OrderCancelled'> | MessageOf<'CancelRefused'>)[]) =>
      submit((unit) => handle(events.map((event): OrderEventReceived => ({ ...event, id: `m${offset += 1}`, key: event.value.orderId, at: systemClock.now(), trace: {} })), unit)),
    /** As `kill -9`: nothing more is written or told. */
    async kill() {
      alive.yes = false;
      stopping.abort();
      pubsub.close();
      for (const stop of stops) void stop();
    },
    async stop() {
      stopping.abort();
      await following;
      for (const stop of stops.reverse()) await stop();
      pubsub.close();
    },
  };
}

export type Adapter = ReturnType<typeof startAdapter>;

/** Signs in as the sales desk, or as another application. */
export async function salesDesk({ url }: Salesforce, { clientId, clientSecret = '' }: typeof SALES_APP = SALES_APP): Promise<Connection> {
  const connection: Connection = new jsforce.Connection({
    loginUrl: url, version: '62.0', oauth2: { loginUrl: url, clientId, clientSecret },
    refreshFn: (current, done) => void current.authorize({ grant_type: 'client_credentials' }).then(() => done(null, current.accessToken ?? ''), (error: Error) => done(error)),
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceFen: number;
}

/** Places orders as the sales desk does: drafts, their lines, then activation. */
export async function place(desk: Connection, orders: readonly Pick<SampleOrder, 'customerId' | 'lines'>[]): Promise<readonly string[]> {
  const drafts = orders.map(({ customerId }) => ({ ...(customerId ? { Account: { AccountNumber: customerId } } : {}), Status: 'Draft', EffectiveDate: '2026-03-01' }));
  const ids = saved(await desk.sobject('Order').create(drafts, { allowRecursive: true }));
  const lines = orders.flatMap((order, index) => order.lines.map((line) => ({
    OrderId: ids[index], Product2: { ProductCode: line.sku }, Quantity: line.quantity, UnitPrice: line.unitPriceFen / 100,
  })));
  if (lines.length > 0) saved(await desk.sobject('OrderItem').create(lines, { allowRecursive: true }));
  saved(await desk.sobject('Order').update(ids.map((Id) => ({ Id, Status: 'Activated' })), { allowRecursive: true }));
  return ids;
}

/** Brings many orders in as an administrator does, in bulk, lines and all. */
export async function loadInBulk(desk: Connection, orders: readonly Pick<SampleOrder, 'customerId' | 'lines'>[]): Promise<readonly string[]> {
  const load = async (object: string, operation: 'insert' | 'update', input: Record<string, string | number>[]): Promise<readonly string[]> => {
    const { successfulResults } = await desk.bulk2.loadAndWaitForResults({ object, operation, input, pollInterval: 50, pollTimeout: seconds(60) });
    return successfulResults.map((row) => String(row['sf__Id']));
  };
  const ids = await load('Order', 'insert', orders.map(({ customerId }) => ({ 'Account.AccountNumber': customerId, Status: 'Draft', EffectiveDate: '2026-03-01' })));
  const lines = orders.flatMap((order, index) => order.lines.map((line) => ({ OrderId: ids[index] ?? '', 'Product2.ProductCode': line.sku, Quantity: line.quantity, UnitPrice: line.unitPriceFen / 100 })));
  await load('OrderItem', 'insert', lines);
  return load('Order', 'update', ids.map((Id) => ({ Id, Status: 'Activated' })));
}

export async function until(isSo: () => boolean | Promise<boolean>, what: string, limit = seconds(15)): Promise<void> {
  const end = Date.now() + limit;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await wait(10);
  }
}

function saved(results: readonly { readonly success: boolean; readonly id?: string | undefined; readonly errors: readonly unknown[] }[]): readonly string[] {
  return results.map(({ success, id, errors }) => {
    if (!success || id === undefined) throw new Error(JSON.stringify(errors));
    return id;
  });
}

type SubmitAny = <Result>(work: (unit: Unit) => Promise<Result>) => Promise<Result>;

function oneAtATime(send: (message: Outgoing) => void, alive: { yes: boolean }): SubmitAny {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(async () => {
      if (!alive.yes) await new Promise(() => {});
      const after: (() => void)[] = [];
      const staged: Outgoing[] = [];
      const unit: Unit = { tx: { kind: 'memory' }, now: systemClock.now(), send: (message) => void staged.push(message), afterCommit: (action) => void after.push(action) };
      const result = await work(unit);
      staged.forEach(send);
      for (const action of after) action();
      return result;
    });
    last = turn.catch(() => {});
    return turn;
  };
}
