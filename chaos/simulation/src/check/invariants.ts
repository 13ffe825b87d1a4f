import type { Row } from '../database/tables.ts';
import { pricesAreKept } from './prices.ts';
import { decisionsRepeat } from './rules.ts';
import type { Snapshot, Violation } from './snapshot.ts';

type Check = (seen: Snapshot) => readonly Violation[];

const ENDS: ReadonlySet<unknown> = new Set(['confirmed', 'rejected', 'cancelled', 'manual']);
const ENDINGS: ReadonlySet<string> = new Set(['OrderConfirmed', 'OrderRejected', 'OrderCancelled', 'OrderNeedsAttention']);
const big = (value: unknown): bigint => BigInt(String(value ?? 0));
const broken = (invariant: string, orderId: string | null, what: string): Violation => ({ invariant, orderId, what });

/** Sums what rows amount to, by a key of theirs. */
function sums(rows: readonly Row[], keyOf: (row: Row) => string, amountOf: (row: Row) => bigint): ReadonlyMap<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const row of rows) totals.set(keyOf(row), (totals.get(keyOf(row)) ?? 0n) + amountOf(row));
  return totals;
}

const ACTIVE: ReadonlySet<unknown> = new Set(['held', 'confirmed']);

/** Credit: what an account holds is what its orders hold, and with what is owed it stays within the limit. */
const creditIsConserved: Check = ({ rows }) => {
  const held = sums(rows('credit.hold').filter(({ status }) => ACTIVE.has(status)), (row) => String(row['customer_id']), (row) => big(row['amount']));
  const owed = sums(rows('credit.receivable'), (row) => String(row['customer_id']), (row) => big(row['open']));
  return rows('credit.account').flatMap((account) => {
    const id = String(account['customer_id']);
    const limit = account['credit_limit'];
    return [
      big(account['held']) === (held.get(id) ?? 0n) ? [] : broken('I1', null, `customer ${id} is booked with ${String(account['held'])} fen held; its orders hold ${held.get(id) ?? 0n}`),
      big(account['owed']) === (owed.get(id) ?? 0n) ? [] : broken('I1', null, `customer ${id} is booked with ${String(account['owed'])} fen owed; its receivables say ${owed.get(id) ?? 0n}`),
      limit === null || big(account['held']) + big(account['owed']) <= big(limit) ? [] : broken('I1', null, `customer ${id} owes and holds more than its limit of ${String(limit)} fen`),
    ].flat();
  });
};

const PROMISED: ReadonlySet<unknown> = new Set(['locked', 'committed']);

/** Stock: what is reserved is what is promised to orders, and no more than there is. */
const stockIsConserved: Check = ({ rows }) => {
  const promised = new Map(rows('inventory.stock_lock').filter(({ status }) => PROMISED.has(status)).map((row) => [row['order_id'], row['revision']]));
  const place = (row: Row): string => `${String(row['sku'])} in ${String(row['warehouse'])}`;
  const locked = sums(rows('inventory.lock_line').filter((row) => promised.get(row['order_id']) === row['revision']), place, (row) => big(row['quantity']));
  return rows('inventory.level').flatMap((level) => [
    big(level['reserved']) === (locked.get(place(level)) ?? 0n) ? [] : broken('I2', null, `${place(level)}: ${String(level['reserved'])} reserved, ${locked.get(place(level)) ?? 0n} promised to orders`),
    big(level['reserved']) <= big(level['on_hand']) ? [] : broken('I2', null, `${place(level)}: ${String(level['reserved'])} reserved of ${String(level['on_hand'])}`),
  ].flat());
};

/** Each order reaches one end, tells it once, and stays there; versions go up by one. */
const endsOnce: Check = ({ orders, rows, sent, path, rest }) => {
  const sagas = new Map(rows('order_orchestrator.saga').map((row) => [row['order_id'], row]));
  return orders.flatMap(({ order: { orderId } }) => {
    const status = sagas.get(orderId)?.['status'];
    if (status === undefined) return [broken('I6', orderId, 'the order was placed, but the orchestrator never began it')];
    if (!ENDS.has(status)) return [broken('I11', orderId, `the order is still ${String(status)} at ${String(sagas.get(orderId)?.['step'])} (${rest})`)];
    const told = (sent.get(orderId) ?? []).filter(({ type }) => ENDINGS.has(type));
    const way = path.get(orderId) ?? [];
    const left = way.findIndex((one, at) => ENDS.has(way[at - 1]?.status) && way[at - 1]?.status !== one.status);
    const jumped = way.find((one, at) => at > 0 && one.version <= (way[at - 1]?.version ?? 0));
    return [
      told.length === 1 ? [] : broken('I3', orderId, `its end was told ${told.length} times: ${told.map(({ type }) => type).join(', ')}`),
      left < 0 ? [] : broken('I3', orderId, `it left its end: ${way.map((one) => one.status).join(', ')}`),
      jumped === undefined ? [] : broken('I3', orderId, `its version went back to ${jumped.version}`),
    ].flat();
  });
};

/** One document of each kind at each partner for a confirmed order, to the fen; none for any other, unless a person has been told. */
const partnersAgree: Check = ({ orders, rows, flows, shipments, documents }) => {
  const statusOf = new Map(rows('order_orchestrator.saga').map((row) => [row['order_id'], row['status']]));
  const amountOf = new Map(rows('order_orchestrator.saga').map((row) => [row['order_id'], costOf(row)]));
  return orders.flatMap(({ order: { orderId } }) => {
    const amount = amountOf.get(orderId);
    const status = statusOf.get(orderId);
    if (status === 'manual' || !ENDS.has(status)) return [];
    const wanted = status === 'confirmed' ? 1 : 0;
    const standing = (kind: string) => documents.filter((one) => one.kind === kind && one.orderId === orderId && (one.state === '审核' || one.state === '开立'));
    const found: Readonly<Record<string, number>> = {
      'sales orders in U8': standing('saleorder').length,
      'receivables in U8': standing('oughtreceive').length,
      'signed contracts': flows.filter((flow) => flow.orderId === orderId && flow.status === 'completed' && flow.rescission !== 'done').length,
      'contracts before the parties': flows.filter((flow) => flow.orderId === orderId && flow.status === 'open').length + wanted,
      'shipments': shipments.filter((one) => one.orderId === orderId && one.status === 'booked').length,
      'entries in finance': rows('finance.entry').filter((row) => row['order_id'] === orderId).length,
    };
    const wrong = Object.entries(found).filter(([, count]) => count !== wanted).map(([name, count]) => broken('I4', orderId, `the order is ${String(status)}, and there are ${count} ${name} instead of ${wanted}`));
    const off = wanted === 1 ? [...standing('saleorder'), ...standing('oughtreceive')].filter((one) => one.amount !== amount) : [];
    return [...wrong, ...off.map((one) => broken('I4', orderId, `${one.kind} ${one.code} is about ${one.amount} fen instead of ${amount}`))];
  });
};

/** What an order is about in the end: as it was placed, or amended to. */
function amountIn({ state }: Row): bigint | undefined {
  const { facts }: State = JSON.parse(String(state));
  return facts.order && BigInt(facts.order.amount.$fen);
}

/** What is to be paid for it in the end. */
function costOf({ state }: Row): bigint | undefined {
  const { facts }: State = JSON.parse(String(state));
  return facts.price && BigInt(facts.price.amount.$fen);
}

interface State {
  readonly facts: { readonly order?: { readonly amount: { readonly $fen: string } }; readonly price?: { readonly amount: { readonly $fen: string } } };
}

/** Placed again with other content, an order says once whether it was amended; unless it ends meanwhile, which says it. */
const amendmentsAreAnswered: Check = ({ orders, rows, sent }) => {
  const sagas = new Map(rows('order_orchestrator.saga').map((row) => [row['order_id'], row]));
  return orders.flatMap(({ order, amendment, againAtMs, isAcceptable }) => {
    const { orderId } = order;
    if (!amendment || againAtMs !== null || !isAcceptable) return [];
    const told = (sent.get(orderId) ?? []).filter(({ type }) => type === 'OrderAmended' || type === 'AmendmentRefused').map(({ type }) => type);
    const saga = sagas.get(orderId);
    const isConfirmed = saga?.['status'] === 'confirmed';
    const wanted = told[0] === 'OrderAmended' ? amendment.order.amount : order.amount;
    const isOther = JSON.stringify([order.lines, order.shipTo], asText) !== JSON.stringify([amendment.order.lines, amendment.order.shipTo], asText);
    if (told.length > 1 || (isConfirmed && isOther !== (told.length === 1))) return [broken('I6', orderId, `its amendment was answered ${told.length} times: ${told.join(', ')}`)];
    const amount = saga && amountIn(saga);
    return !isConfirmed || amount === wanted ? [] : [broken('I6', orderId, `after ${told.join()} it is about ${amount ?? 0n} fen instead of ${wanted}`)];
  });
};

const asText = (_name: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** What each service may still have of an order that was not confirmed: nothing. */
const UNDONE: Readonly<Record<string, ReadonlySet<unknown>>> = {
  'pricing.quote': new Set(['released', 'refused']),
  'credit.hold': new Set(['released', 'refused']),
  'inventory.stock_lock': new Set(['released', 'refused', 'expired']),
  'contract.contract': new Set(['void', 'refused']),
  'logistics.shipment': new Set(['cancelled', 'refused']),
  'erp_adapter.booking': new Set(['unbooked', 'refused']),
  'approvals.task': new Set(['granted', 'denied', 'expired', 'withdrawn']),
};
const DONE: Readonly<Record<string, ReadonlySet<unknown>>> = {
  'pricing.quote': new Set(['priced']),
  'credit.hold': new Set(['held', 'confirmed', 'invoiced']),
  'inventory.stock_lock': new Set(['committed']),
  'contract.contract': new Set(['signed']),
  'logistics.shipment': new Set(['planned']),
  'erp_adapter.booking': new Set(['booked']),
};

/** An order that was not confirmed leaves nothing behind; one that was has all it needs. */
const nothingIsLeft: Check = ({ rows }) => {
  const statusOf = new Map(rows('order_orchestrator.saga').map((row) => [row['order_id'], row['status']]));
  return Object.keys(UNDONE).flatMap((table) => rows(table).flatMap((row) => {
    const orderId = String(row['order_id']);
    const status = statusOf.get(orderId);
    if (status === 'manual' || !ENDS.has(status)) return [];
    const allowed = status === 'confirmed' ? DONE[table] : UNDONE[table];
    return !allowed || allowed.has(row['status']) ? [] : [broken('I5', orderId, `the order is ${String(status)}, but ${table} still says ${String(row['status'])}`)];
  }));
};

/** Nothing was dropped on the way, and nothing waits. */
const nothingIsLost: Check = ({ rows }) => [
  ...rows('messaging.dead_letter').map((row) => broken('I6', String(row['key']), `${String(row['participant'])} could not take a message of ${String(row['topic'])}: ${String(row['detail'])}`)),
  ...rows('messaging.outbox').map((row) => broken('I6', null, `outbox row ${String(row['id'])} was never published`)),
  ...rows('outbound.call').filter(({ status }) => status === 'asked' || status === 'sent' || status === 'unknown')
    .map((row) => broken('I11', String(row['order_id']), `the call ${String(row['key'])} is still ${String(row['status'])}`)),
];

/** The ledger of finance has an entry for each confirmed order and no gap; no partner did anything twice. */
const nothingHappensTwice: Check = ({ rows, documents, flows }) => {
  const series = Map.groupBy(rows('finance.entry'), (row) => Number(row['series']));
  const gaps = [...series].flatMap(([name, entries]) => {
    const numbers = entries.map((row) => Number(row['entry_no'])).sort((one, other) => one - other);
    return numbers.every((number, at) => number === at + 1) ? [] : [broken('I7', null, `the entries of finance in series ${name} are numbered ${numbers.join(', ')}`)];
  });
  const made = [...documents.map(({ kind, orderId }) => `${kind} of ${orderId}`), ...flows.filter(({ status }) => status !== 'draft').map(({ orderId }) => `contract of ${orderId}`)];
  // each amendment may have taken the place of a contract
  const allowed = new Map(rows('contract.contract').map((row) => [`contract of ${String(row['order_id'])}`, 1 + Number(row['revision'])]));
  const twice = [...Map.groupBy(made, (one) => one)].filter(([one, all]) => all.length > (allowed.get(one) ?? 1)).map(([one]) => one);
  return [...gaps, ...twice.map((one) => broken('I7', one.split(' of ')[1] ?? null, `a second ${one} was made`))];
};

const UNDO_OF: ReadonlyMap<string, string> = new Map([
  ['ReleasePrice', 'PriceOrder'], ['ReleaseCredit', 'HoldCredit'], ['ReleaseStock', 'LockStock'], ['VoidContract', 'SignContract'], ['CancelDelivery', 'PlanDelivery'], ['UnbookOrder', 'BookOrder'],
]);

/** What is undone had been asked for. */
const undoFollowsAsk: Check = ({ sent }) => [...sent].flatMap(([orderId, messages]) => {
  const types = new Set(messages.map(({ type }) => type));
  return [...UNDO_OF].filter(([undo, ask]) => types.has(undo) && !types.has(ask)).map(([undo, ask]) => broken('I8', orderId, `${undo} was sent, but ${ask} never was`));
});

const CHECKS: readonly Check[] = [creditIsConserved, pricesAreKept, stockIsConserved, endsOnce, partnersAgree, amendmentsAreAnswered, nothingIsLeft, nothingIsLost, nothingHappensTwice, undoFollowsAsk, decisionsRepeat];

/** Holds a run that has come to rest against the promises of the mesh; empty when all are kept. */
export function violationsIn(seen: Snapshot): readonly Violation[] {
  return CHECKS.flatMap((check) => check(seen));
}
