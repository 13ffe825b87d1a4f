import { replaceOnly } from '@order-mesh/mutations';

/** A place where a process may be made to end as by `kill -9`: a line of a module, and on which side of it. */
export interface CrashPoint {
  readonly name: string;
  /** Whose processes get there while orders flow. */
  readonly service: string;
  /** Without the ending: the same below `src` (.ts) and `dist` (.js). */
  readonly module: `${string}/${string}`;
  readonly side: 'before' | 'after';
  /** A statement that is in the module exactly once, written alike in TypeScript and JavaScript. */
  readonly text: string;
  /** What is true at that moment, and so what the next process finds. */
  readonly leaves: string;
  /** Reached seldom: the first time counts. */
  readonly isSeldom: boolean;
}

const seldom = new Set(['before-publish', 'outbox-swept', 'inquiring', 'approval-answered', 'changes-read', 'reader-positioned', 'report-asked', 'timers-fired', 'call-claimed']);

const point = (name: string, service: string, [module, side, text]: readonly [CrashPoint['module'], CrashPoint['side'], string], leaves: string): CrashPoint =>
  ({ name, service, module, side, text, leaves, isSeldom: seldom.has(name) });

const DATABASE = 'packages/platform/*/postgres/sql-transaction';
const PUBLISHER = 'packages/messaging/*/processor/publisher';
const BOOKS = 'packages/messaging/*/processor/bookkeeper';
const ATTEMPT = 'packages/outbound/*/attempt';
const DESK = 'packages/outbound/*/desk';
const RECORDER = 'packages/outbound/*/recorder';

/** The dangerous places: around commits, the outbox, offsets, calls to partners, and what each service writes. */
export const crashPoints: readonly CrashPoint[] = [
  point('batch-decided', 'order-orchestrator', ['packages/messaging/*/processor/transact', 'after', 'await unheard;'], 'a transaction with everything in it but the outbox row'),
  point('before-commit', 'credit', [DATABASE, 'before', 'await this.#commit();'], 'a transaction that was never committed'),
  point('after-commit', 'inventory', [DATABASE, 'after', 'await this.#commit();'], 'committed work whose messages are in the outbox only'),
  point('before-publish', 'order-orchestrator', [PUBLISHER, 'before', 'await this.#producer.publish(batch.flatMap(({ records }) => records));'], 'an outbox row that Kafka has not seen'),
  point('outbox-swept', 'order-orchestrator', [PUBLISHER, 'before', 'await this.#store.dropFromOutbox([id]);'], 'what a crash left, published and still in the outbox'),
  point('after-publish', 'credit', [PUBLISHER, 'after', 'await this.#producer.publish(batch.flatMap(({ records }) => records));'], 'an outbox row that Kafka has: it is published again'),
  point('dropping-outbox', 'inventory', [PUBLISHER, 'before', 'await this.#store.dropFromOutbox(ids);'], 'several published rows in the outbox'),
  point('outbox-dropped', 'logistics', [PUBLISHER, 'after', 'await this.#store.dropFromOutbox(ids);'], 'nothing to repeat'),
  point('before-offsets', 'finance', [BOOKS, 'before', 'if (shown !== told)'], 'work that Kafka believes not done'),
  point('after-offsets', 'erp-adapter', [BOOKS, 'before', 'told = shown;'], 'offsets that Kafka knows'),
  point('call-asked', 'logistics', [DESK, 'after', 'const added = new Set(await ledger.add(unit.tx, asked, unit.now));'], 'a call that was never recorded'),
  point('before-call', 'logistics', [ATTEMPT, 'before', 'const results = await operation.perform(calls, signal);'], 'a leased call that was not made'),
  point('call-made', 'erp-adapter', [ATTEMPT, 'after', 'const results = await operation.perform(calls, signal);'], 'a document in the ERP that nobody knows of'),
  point('contract-call-made', 'contract', [ATTEMPT, 'after', 'const results = await operation.perform(calls, signal);'], 'a signing flow that nobody knows of'),
  point('delivery-call-made', 'logistics', [ATTEMPT, 'after', 'const results = await operation.perform(calls, signal);'], 'a shipment that nobody knows of'),
  point('inquiring', 'erp-adapter', [ATTEMPT, 'before', 'return operation.inquire(call, signal);'], 'a call still in doubt'),
  point('answer-kept-back', 'erp-adapter', [RECORDER, 'before', 'await submit((unit) => record(batch, unit));'], 'an answer that was heard and not recorded'),
  point('answer-in-transaction', 'logistics', [DESK, 'after', 'const written = new Set(await ledger.save(unit.tx, ended.map(({ update }) => update), { by, now: unit.now }));'], 'an answer whose recording was never committed'),
  point('answer-recorded', 'logistics', [RECORDER, 'after', 'await submit((unit) => record(batch, unit));'], 'an answer that is recorded'),
  point('call-claimed', 'erp-adapter', ['packages/outbound/*/worker', 'before', 'this.#claiming = false;'], 'calls leased to a process that is gone'),
  point('saga-advanced', 'order-orchestrator', ['services/order-orchestrator/*/outbound/pg-saga-book', 'after', 'async save(tx, changed) {'], 'an order that has not moved'),
  point('timers-fired', 'order-orchestrator', ['services/order-orchestrator/*/usecases/fire-timers', 'before', 'return due.length === LIMIT;'], 'timers that are still due'),
  point('order-placed', 'gateway', ['services/gateway/*/usecases/place-orders', 'before', 'const [known, orders] = [new Map(taken), new Map(kept)];'], 'an order that was asked for and never acknowledged'),
  point('projection-written', 'gateway', ['services/gateway/*/usecases/project-messages', 'before', 'await followApprovals(views, messages, changed, unit);'], 'a view that is behind'),
  point('changes-read', 'crm-adapter', ['services/crm-adapter/*/usecases/take-changes', 'after', 'const found = orderIds.length > 0 ? await orders.read(orderIds) : [];'], 'changes of the CRM that nobody was told of'),
  point('reader-positioned', 'crm-adapter', ['services/crm-adapter/*/usecases/take-changes', 'before', 'current = next;'], 'a position that is stored'),
  point('report-asked', 'crm-adapter', ['services/crm-adapter/*/usecases/report-back', 'before', 'await reports.ask(unit, asked);'], 'an end that the CRM has not heard of'),
  point('price-decided', 'pricing', ['services/pricing/*/usecases/answer-pricing', 'before', 'await book.save(unit.tx, { customers: page.customers.written(), quotes: page.quotes.written(), budgets: page.budgets.written() });'], 'a price that was not given, and a budget that was not touched'),
  point('credit-decided', 'credit', ['services/credit/*/usecases/answer-credit', 'before', 'await book.save(unit.tx, { accounts: page.accounts.written(), holds: page.holds.written(), receivables: [] });'], 'credit that was not held'),
  point('stock-decided', 'inventory', ['services/inventory/*/usecases/answer-stock', 'before', 'await book.save(unit.tx, changesOf(page));'], 'stock that was not locked'),
  point('contract-saved', 'contract', ['services/contract/*/usecases/answer-contract', 'after', 'await contracts.save(unit.tx, draft.written());'], 'a contract that was not sent'),
  point('callback-heard', 'contract', ['services/contract/*/usecases/hear-callbacks', 'before', 'const byFlow = await contracts.findByFlows(unit.tx, callbacks.map(({ signFlowId }) => signFlowId));'], 'a callback that was not answered'),
  point('delivery-settled', 'logistics', ['services/logistics/*/usecases/settle-delivery', 'before', 'await shipments.save(unit.tx, draft.written());'], 'a shipment whose waybill is not known'),
  point('booking-settled', 'erp-adapter', ['services/erp-adapter/*/usecases/settle-booking', 'before', 'await bookings.save(unit.tx, changed, unit.now);'], 'a booking whose answer is not known'),
  point('entry-appended', 'finance', ['services/finance/*/usecases/record-confirmed', 'after', 'await ledger.append(unit.tx, entries.written());'], 'an entry that was not committed'),
  point('approval-answered', 'approvals', ['services/approvals/*/usecases/answer-approvals', 'before', 'await book.save(unit.tx, dossiers.written());'], 'a question that nobody was asked'),
];

export const pointNamed = (name: string): CrashPoint | undefined => crashPoints.find((one) => one.name === name);

export const modulePath = ({ module }: CrashPoint, kind: 'src' | 'dist'): string => `${module.replace('/*/', `/${kind}/`)}.${kind === 'src' ? 'ts' : 'js'}`;

/** The module with the point in it: whoever gets there tells `crashPoint`. Throws when the text is not there exactly once. */
export function withPoint(point: CrashPoint, source: string): string {
  const told = `globalThis.crashPoint('${point.name}');`;
  return replaceOnly(source, point.text, point.side === 'before' ? `${told} ${point.text}` : `${point.text} ${told}`, (times) =>
    `crash point ${point.name}: ${modulePath(point, 'dist')} has "${point.text}" ${times} times, not once; put the point right in chaos/processes/src/crash/points.ts`);
}

/** The program with what `crashPoint` is: the process is gone when it gets for the so manyth time to the point that MESH_CRASH_AT names, written `name` or `name#hits`. */
export const withEnd = (source: string): string => `
const [pointToEndAt, hits = '1'] = (process.env.MESH_CRASH_AT ?? '').split('#');
let reached = 0;
globalThis.crashPoint = (name) => { if (name === pointToEndAt && (reached += 1) >= Number(hits)) process.kill(process.pid, 'SIGKILL'); };
${source}`;
