import type { OrderRecorded } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import type { Reach } from '../domain/caller.ts';
import { approvalItemOf } from '../domain/approval-view.ts';
import { itemOf } from '../domain/order-item.ts';
import type { Entry } from '../domain/timeline.ts';
import type { ApprovalFilter, OrderFilter, Place, Reader, Span } from '../usecases/ports.ts';
import { approvalFromJson, jsonFrom, viewFromJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

/** Reads the views outside of any batch. */
export function pgReader(database: Database): Reader {
  return {
    async orders(filter) {
      const query = ordersQuery(filter);
      const rows = query ? await database.query<StateRow>(query) : [];
      return rows.map(({ state }) => itemOf(viewFromJson(state))).filter((item) => item !== null);
    },
    order: (orderId) => readOrder(database, orderId),
    async approvals(filter) {
      const query = approvalsQuery(filter);
      const rows = query ? await database.query<StateRow>(query) : [];
      return rows.map(({ state }) => approvalItemOf(approvalFromJson(state))).filter((item) => item !== null);
    },
    async approval(approvalId) {
      const rows = await database.query<StateRow>({ name: 'gateway.read-approval', text: 'select state::text from gateway.approval where approval_id = $1', values: [approvalId] });
      return rows[0] ? approvalItemOf(approvalFromJson(rows[0].state)) : null;
    },
    confirmed: (span, after, limit) => readConfirmed(database, span, after, limit),
  };
}

interface Query {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Collects conditions; the name of the statement follows from which ones there are. */
class Conditions {
  readonly values: unknown[] = [];
  readonly #texts: string[] = [];
  readonly #names: string[] = [];

  add(name: string, condition: (place: string) => string, ...values: readonly unknown[]): void {
    const places = values.map((value) => `$${this.values.push(value)}`);
    this.#names.push(name);
    this.#texts.push(condition(places.join(', ')));
  }

  /**
   * What is within reach, in the order of the list. Each customer, region or source is a page of its own, read off its index and no further than the limit; the pages are merged. Null
   * where nothing is within reach.
   */
  query({ name, table, key, isShown, order, reach, limit }: List): Query | null {
    const where = `${isShown}${this.#texts.map((text) => ` and ${text}`).join('')}`;
    const names = this.#names.join('+');
    if (reach === 'everything') return { name: `${name}:${names}`, text: `select state::text from ${table} where ${where} order by ${order} limit ${this.#place(limit)}`, values: this.values };
    const kinds = REACHES.filter(({ names: field }) => reach[field].length > 0);
    if (kinds.length === 0) return null;
    const atMost = this.#place(limit);
    const pages = kinds.map(({ names: field, column }) => `select page.* from unnest(${this.#place(reach[field])}::text[]) mine(name) cross join lateral (
        select * from ${table} where ${column} = mine.name and ${where} order by ${order} limit ${atMost}) page`);
    // one within reach for two reasons is on two pages
    const text = `select state from (select distinct on (${key}) state::text as state, ${key}, ${this.#columnsOf(order, key)} from (${pages.join(' union all ')}) pages order by ${key}) known order by ${order} limit ${atMost}`;
    return { name: `${name}:${[...kinds.map(({ column }) => `by-${column}`), names].join('+')}`, text, values: this.values };
  }

  #place(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  #columnsOf(order: string, key: string): string {
    return order.split(', ').map((part) => part.split(' ')[0] ?? '').filter((column) => column !== key).join(', ');
  }
}

interface List {
  readonly name: string;
  readonly table: string;
  readonly key: string;
  readonly isShown: string;
  readonly order: string;
  readonly reach: Reach;
  readonly limit: number;
}

const ORDERS = { name: 'gateway.list-orders', table: 'gateway.order_view', key: 'order_id', isShown: 'placed_at is not null', order: 'placed_at desc, order_id desc' } as const;
const APPROVALS = { name: 'gateway.list-approvals', table: 'gateway.approval', key: 'approval_id', isShown: 'deadline is not null', order: 'deadline, approval_id' } as const;

const REACHES = [{ names: 'customers', column: 'customer_id' }, { names: 'regions', column: 'region' }, { names: 'sources', column: 'source' }] as const;

function ordersQuery({ reach, status, customer, source, q, after, limit }: OrderFilter): Query | null {
  const conditions = new Conditions();
  if (status !== undefined) conditions.add('status', (place) => `status = ${place}`, status);
  if (customer !== undefined) conditions.add('customer', (place) => `customer_id = ${place}`, customer);
  if (source !== undefined) conditions.add('source', (place) => `source = ${place}`, source);
  if (q !== undefined) {
    conditions.add('q', (place) => {
      const [start, part] = place.split(', ');
      return `(order_id ilike ${start} or external_id ilike ${start} or customer_name ilike ${part})`;
    }, `${literal(q)}%`, `%${literal(q)}%`);
  }
  if (after) conditions.add('after', (place) => `(placed_at, order_id) < (${place})`, new Date(after.at), after.id);
  return conditions.query({ ...ORDERS, reach, limit });
}

function approvalsQuery({ reach, status, after, limit }: ApprovalFilter): Query | null {
  const conditions = new Conditions();
  if (status !== undefined) conditions.add('status', (place) => `status = ${place}`, status);
  if (after) conditions.add('after', (place) => `(deadline, approval_id) > (${place})`, new Date(after.at), after.id);
  return conditions.query({ ...APPROVALS, reach, limit });
}

/** No honest order comes near; one that a sender repeats without end is shown from its beginning. */
const LONGEST_TIMELINE = 2_000;

const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

async function readOrder(database: Database, orderId: string): ReturnType<Reader['order']> {
  const [rows, entries] = await Promise.all([
    database.query<StateRow & { readonly goods: string | null }>({
      name: 'gateway.read-order', text: 'select state::text, goods::text from gateway.order_view where order_id = $1', values: [orderId],
    }),
    database.query<Omit<Entry, 'orderId' | 'value'> & { readonly value: string }>({
      name: 'gateway.read-timeline',
      text: `select id, at, type, summary, value::text from (
          select distinct on (entry.id) entry.* from gateway.timeline_page,
            jsonb_to_recordset(entries::jsonb) as entry(id text, at float8, type text, summary text, value jsonb) where order_id = $1 order by entry.id) known
        order by at, id limit $2`,
      values: [orderId, LONGEST_TIMELINE],
    }),
  ]);
  const [row] = rows;
  const item = row ? itemOf(viewFromJson(row.state)) : null;
  if (!row || !item) return null;
  return { item, goods: jsonFrom(row.goods), entries: entries.map((entry) => ({ ...entry, orderId, value: jsonFrom(entry.value) })) };
}

interface ConfirmedRow extends Omit<OrderRecorded, 'entryNo' | 'amount' | 'bookedAmount' | 'discount'> {
  readonly entryNo: bigint;
  readonly amount: bigint;
  readonly bookedAmount: bigint;
  readonly discount: bigint;
}

async function readConfirmed(database: Database, { from, to }: Span, after: Place | null, limit: number): Promise<readonly OrderRecorded[]> {
  const rows = await database.query<ConfirmedRow>({
    name: 'gateway.read-confirmed',
    text: `select order_id as "orderId", entry_no as "entryNo", series, customer_id as "customerId", customer_name as "customerName", region, amount,
        booked_amount as "bookedAmount", agrees, sale_order_code as "saleOrderCode", receivable_code as "receivableCode", contract_id as "contractId",
        waybill, placed_at as "placedAt", confirmed_at as "confirmedAt", recorded_at as "recordedAt", discount
      from gateway.confirmed_order where confirmed_at >= $1 and confirmed_at < $2 and (confirmed_at, order_id) > ($3, $4)
      order by confirmed_at, order_id limit $5`,
    values: [new Date(from), new Date(to), new Date(after?.at ?? 0), after?.id ?? '', limit],
  });
  return rows.map((row) => ({ ...row, entryNo: Number(row.entryNo), amount: fen(row.amount), bookedAmount: fen(row.bookedAmount), discount: fen(row.discount) }));
}
