import type { Facts, Invariant } from '../facts.ts';
import { books, type Book, type CrmOrder, type Entry } from '../ledgers/ledgers.ts';
import { together, type Found, type Offence } from '../verdict.ts';
import { COST } from './prices.ts';

/** How an order stands, and the numbers under which the partners' documents are known here. */
interface Order {
  readonly order_id: string;
  readonly status: 'running' | 'undoing' | 'confirmed' | 'rejected' | 'cancelled' | 'manual';
  /** A call to a partner is still open: what it holds may change. */
  readonly calling: 't' | 'f';
  readonly amount: string | null;
  readonly sale_order: string | null;
  readonly receivable: string | null;
  readonly contract: string | null;
  readonly shipment: string | null;
}

const ORDERS = `
  select saga.order_id, saga.status, calls.order_id is not null as calling, ${COST} as amount,
         booking.sale_order_code as sale_order, booking.receivable_code as receivable, contract.sign_flow_id as contract, shipment.waybill as shipment
    from order_orchestrator.saga
    left join erp_adapter.booking using (order_id) left join contract.contract using (order_id) left join logistics.shipment using (order_id)
    left join (select distinct order_id from outbound.call where status in ('asked', 'sent', 'unknown')) calls using (order_id)`;

const CODES: Readonly<Record<Book, (order: Order) => string | null>> = {
  'sales order': (order) => order.sale_order, 'receivable': (order) => order.receivable, 'contract': (order) => order.contract, 'shipment': (order) => order.shipment,
};

const ADDRESS: Readonly<Record<Book, string>> = { 'sales order': 'U8', 'receivable': 'U8', 'contract': 'the e-sign provider', 'shipment': 'the carrier' };

type Live = ReadonlyMap<string, readonly Entry[]>;

/**
 * The ledgers are read after the snapshot. An order that had ended by then, with no call open and no message on its way, is asked nothing of any
 * partner any more, so whatever they hold for it is final; for every other order only "at most one" is judged, which holds at any time.
 */
export const documentsMatchOrders: Invariant = {
  id: 'I4',
  title: 'partners hold one document for each confirmed order',
  promise: 'Each confirmed order has exactly one live sales order, receivable, contract and shipment at the partners, under the numbers we know and for its amount to the fen; no other order has any; the CRM shows how each of its orders ended.',
  check: async (facts) => {
    const ledgers = await facts.ledgers();
    const orders = new Map<string, Order>();
    for await (const rows of facts.snapshot.stream<Order>(ORDERS)) for (const order of rows) orders.set(order.order_id, order);
    const compared = await Promise.all(books.map((book) => compare(facts, book, { orders, entries: ledgers.books[book] })));
    return together(...compared, await shownByCrm(facts, orders, ledgers.crm), await ownBooks(facts));
  },
};

interface Compared {
  readonly orders: ReadonlyMap<string, Order>;
  readonly entries: readonly Entry[] | null;
}

async function compare(facts: Facts, book: Book, { orders, entries }: Compared): Promise<Found> {
  if (entries === null) return { offences: [], checked: {}, notChecked: [`${book}s: no ledger of ${ADDRESS[book]} to compare with`] };
  const live = Map.groupBy(entries.filter((entry) => entry.live && entry.orderId !== null), ({ orderId }) => orderId ?? '');
  const found: { readonly orderId: string; readonly problem: string; readonly always: boolean }[] = [];
  for (const [orderId, held] of live) {
    if (held.length > 1) found.push({ orderId, problem: `has ${held.length} live ${book}s at ${ADDRESS[book]}: ${held.map(({ code }) => code).join(', ')}`, always: true });
  }
  for (const order of orders.values()) {
    const problem = problemOf(order, book, live);
    if (problem !== null) found.push({ orderId: order.order_id, problem, always: false });
  }
  const judged = found.some(({ always }) => !always) ? (await facts.history()).isInFlight : () => false;
  const offences = found.filter(({ orderId, always }) => always || !judged(orderId)).map(({ orderId, problem }) => ({ subject: `order ${orderId}`, problem }));
  return { offences: [...offences, ...await strangers(facts, book, [...live.keys()].filter((orderId) => !orders.has(orderId)))], checked: { [`${book}s`]: entries.length } };
}

function problemOf(order: Order, book: Book, live: Live): string | null {
  const held = live.get(order.order_id) ?? [];
  if (order.calling === 't' || held.length > 1) return null;
  const [entry] = held;
  switch (order.status) {
    case 'confirmed': return entry ? differenceOf(order, book, entry) : `is confirmed without a live ${book} at ${ADDRESS[book]}`;
    case 'rejected': case 'cancelled': return entry ? `is ${order.status} with a live ${book} at ${ADDRESS[book]}: ${entry.code}` : null;
    // under way, or a person's case: something may stand
    default: return null;
  }
}

function differenceOf(order: Order, book: Book, entry: Entry): string | null {
  const known = CODES[book](order);
  if (known !== entry.code) return `knows its ${book} as ${known ?? 'none'}, ${ADDRESS[book]} as ${entry.code}`;
  if (!entry.done) return `is confirmed, its ${book} ${entry.code} at ${ADDRESS[book]} is not complete`;
  if ('amount' in entry && String(entry.amount) !== order.amount) return `is over ${order.amount ?? 'nothing'} fen, its ${book} ${entry.code} at ${ADDRESS[book]} over ${entry.amount ?? 'no whole number of'} fen`;
  return null;
}

/** Documents for orders the snapshot does not have may be for orders begun since: they must be there by now, for a partner is asked after the order was kept. */
async function strangers({ later }: Facts, book: Book, orderIds: readonly string[]): Promise<readonly Offence[]> {
  if (orderIds.length === 0) return [];
  const known = new Set((await later<{ readonly order_id: string }>('select order_id from order_orchestrator.saga where order_id = any($1)', [orderIds])).map(({ order_id: orderId }) => orderId));
  return orderIds.filter((orderId) => !known.has(orderId)).map((orderId) => ({ subject: `order ${orderId}`, problem: `has a live ${book} at ${ADDRESS[book]}, and there is no such order` }));
}

/** A person may have closed a case since the snapshot. */
const CRM_WORDS: Readonly<Partial<Record<Order['status'], readonly string[]>>> = {
  confirmed: ['Confirmed'], rejected: ['Rejected'], cancelled: ['Cancelled'], manual: ['Needs attention', 'Rejected', 'Cancelled'],
};

/** The CRM is told by a call like any other: judged once it was answered. */
async function shownByCrm(facts: Facts, orders: Compared['orders'], crm: readonly CrmOrder[] | null): Promise<Found> {
  if (crm === null) return { offences: [], checked: {}, notChecked: ['what the CRM shows: no ledger of Salesforce to compare with'] };
  const wrong = crm.flatMap(({ orderId, shown }) => {
    const order = orders.get(orderId);
    const wanted = order && order.calling === 'f' ? CRM_WORDS[order.status] : undefined;
    return order === undefined || wanted === undefined || wanted.includes(shown ?? '') ? [] : [{ orderId, problem: `is ${order.status}, and the CRM shows ${shown ?? 'nothing'}` }];
  });
  const isInFlight = wrong.length > 0 ? (await facts.history()).isInFlight : () => false;
  return { offences: wrong.filter(({ orderId }) => !isInFlight(orderId)).map(({ orderId, problem }) => ({ subject: `order ${orderId}`, problem })), checked: { 'orders of the CRM': crm.length } };
}

/** Our own last book, written with the confirmation's message in hand: judged once that message was taken. */
async function ownBooks(facts: Facts): Promise<Found> {
  const rows = await facts.snapshot.rows<{ readonly order_id: string; readonly problem: string }>(`
    select order_id, case when entry.order_id is null then 'is confirmed and not in the ledger of finance'
                          when saga.order_id is null or saga.status <> 'confirmed' then format('is %s and in the ledger of finance', coalesce(saga.status, 'unknown'))
                          else format('is over %s fen, booked over %s, in the ledger of finance over %s and %s', ${COST},
                                      saga.state #>> '{facts,finance,amount,$fen}', entry.amount, entry.booked_amount) end as problem
      from finance.entry full join (select * from order_orchestrator.saga) saga using (order_id)
     where (entry.order_id is null and saga.status = 'confirmed') or (entry.order_id is not null and saga.status is distinct from 'confirmed')
        or (entry.order_id is not null and (entry.amount::text, entry.booked_amount::text)
            is distinct from (${COST}, saga.state #>> '{facts,finance,amount,$fen}'))`);
  const isInFlight = rows.length > 0 ? (await facts.history()).isInFlight : () => false;
  const [row] = await facts.snapshot.rows<{ readonly orders: string; readonly entries: string }>('select (select count(*) from order_orchestrator.saga) as orders, (select count(*) from finance.entry) as entries');
  return {
    offences: rows.filter(({ order_id: orderId }) => !isInFlight(orderId)).map(({ order_id: orderId, problem }) => ({ subject: `order ${orderId}`, problem })),
    checked: { 'orders': Number(row?.orders), 'ledger entries': Number(row?.entries) },
  };
}
