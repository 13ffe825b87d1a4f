import type { OrderRecorded } from '@order-mesh/contracts';
import { MeshError } from '@order-mesh/kernel';
import { digest, ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { identityMap, query, type Change } from '@order-mesh/platform';
import { approvalStatusOf, type ApprovalView } from '../domain/approval-view.ts';
import { statusOf } from '../domain/order-item.ts';
import { goodsOf } from '../domain/order-view.ts';
import { sane } from '../domain/stamp.ts';
import type { Entry } from '../domain/timeline.ts';
import type { KeptOrder, ViewBook } from '../usecases/ports.ts';
import { LONGEST_KEY } from '../usecases/project-messages.ts';
import { approvalFromJson, approvalToJson, column, entriesToJson, goodsToJson, viewFromJson, viewToJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

export const pgViewBook: ViewBook = {
  load: (tx, orderIds) => kept.read(tx, orderIds, async (missing) => {
    const rows = await query<StateRow & { readonly version: number }>(tx, {
      name: 'gateway.load-views',
      text: 'select state::text, version from gateway.order_view where order_id = any($1::text[]) order by order_id for update',
      values: [missing],
    });
    return byId(rows.map(({ state, version }): KeptOrder => ({ view: viewFromJson(state), version })));
  }),
  async save(tx, orders) {
    kept.write(tx, byId(orders));
  },
  async loadApprovals(tx, orderIds) {
    const rows = await query<StateRow>(tx, { name: 'gateway.load-approvals', text: 'select state::text from gateway.approval where order_id = any($1::text[])', values: [orderIds] });
    return rows.map(({ state }) => approvalFromJson(state));
  },
  saveApprovals,
  async findApprovals(tx, approvalIds) {
    const rows = await query<StateRow>(tx, { name: 'gateway.find-approvals', text: 'select state::text from gateway.approval where approval_id = any($1::text[])', values: [approvalIds] });
    return new Map(rows.map(({ state }) => approvalFromJson(state)).map((view) => [view.approvalId, view]));
  },
  note: noteEntries,
  record: recordOrders,
};

/** Reads the views of orders that are only being placed: nothing, almost always. */
export const readViewsAhead: ReadAhead = (batch, tx) => {
  kept.ahead(tx, pgViewBook.load(tx, ordersPlacedIn(batch).map(({ orderId }) => orderId).filter((orderId) => orderId.length <= LONGEST_KEY)));
};

const kept = identityMap<KeptOrder>(saveOrders, { when: 'commit' });
const byId = (orders: readonly KeptOrder[]): ReadonlyMap<string, KeptOrder> => new Map(orders.map((one) => [one.view.orderId, one]));

async function saveOrders(tx: Transaction, changes: readonly Change<KeptOrder>[]): Promise<void> {
  // one order of rows for everybody, so that two processes never wait for each other
  const sorted = [...changes].sort((one, other) => (one.row.view.orderId < other.row.view.orderId ? -1 : 1));
  const orders = sorted.map(({ row }) => row);
  const views = orders.map(({ view }) => view);
  const placements = views.map(({ placement }) => placement);
  const saved = await query(tx, {
    name: 'gateway.save-views',
    text: `with new as (
        select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::jsonb[], $10::jsonb[], $11::int[])
          as new(order_id, version, status, source, external_id, customer_id, customer_name, placed_at, state, goods, before)),
      changed as (
        update gateway.order_view o set version = new.version, status = new.status, source = new.source, external_id = new.external_id,
            customer_id = new.customer_id, customer_name = new.customer_name, placed_at = new.placed_at, state = new.state, goods = coalesce(new.goods, o.goods)
          from new where new.before > 0 and o.order_id = new.order_id and o.version = new.before returning 1),
      heard_of as (
        insert into gateway.order_view (order_id, version, status, source, external_id, customer_id, customer_name, placed_at, state, goods)
          select order_id, version, status, source, external_id, customer_id, customer_name, placed_at, state, goods from new where before = 0
          on conflict do nothing returning 1)
      select from changed union all select from heard_of`,
    values: [
      views.map(({ orderId }) => orderId), orders.map(({ version }) => version), views.map(statusOf),
      placements.map((one) => one && column(one.source)), placements.map((one) => one && column(one.externalId)),
      placements.map((one) => one && column(one.customerId)), placements.map((one) => one && column(one.customerName)),
      placements.map((one) => one && new Date(one.placedAt)), views.map(viewToJson), views.map((view) => goodsToJson(goodsOf(view))),
      sorted.map(versionBefore),
    ],
  });
  if (saved.length !== orders.length) throw new MeshError('OFFSET_MOVED', { advice: 'an order was heard of elsewhere at the same moment; the batch is read anew' });
}

/** Versions go up by one, so that of the first change in this transaction tells which one it was made from. */
const versionBefore = ({ row, passed }: Change<KeptOrder>): number => (passed.at(-1) ?? row).version - 1;

async function saveApprovals(tx: Transaction, approvals: readonly ApprovalView[]): Promise<void> {
  await query(tx, {
    name: 'gateway.save-approvals',
    text: `insert into gateway.approval (approval_id, order_id, status, deadline, state)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[])
      on conflict (approval_id) do update set status = excluded.status, deadline = excluded.deadline, state = excluded.state`,
    values: [
      approvals.map(({ approvalId }) => column(approvalId)), approvals.map(({ orderId }) => orderId), approvals.map(approvalStatusOf),
      approvals.map(({ question }) => question && new Date(question.deadline)), approvals.map(approvalToJson),
    ],
  });
}

/** The same messages make the same page; one of them that comes again in other company makes another, so that nothing of the company is lost. */
function pageId(page: readonly Entry[]): string {
  const [first, ...others] = page;
  return others.length === 0 ? first?.id ?? '' : digest(page.map(({ id }) => id).join('|')).join('-');
}

async function noteEntries(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  const pages = [...Map.groupBy(entries, ({ orderId }) => orderId)];
  await query(tx, {
    name: 'gateway.note',
    text: `insert into gateway.timeline_page (order_id, id, entries)
      select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing`,
    values: [pages.map(([orderId]) => orderId), pages.map(([, page]) => column(pageId(page))), pages.map(([, page]) => entriesToJson(page))],
  });
}

async function recordOrders(tx: Transaction, orders: readonly OrderRecorded[]): Promise<void> {
  const texts = (field: 'orderId' | 'customerId' | 'customerName' | 'region' | 'saleOrderCode' | 'receivableCode' | 'contractId' | 'waybill'): readonly string[] =>
    orders.map((order) => column(order[field]));
  const times = (field: 'placedAt' | 'confirmedAt' | 'recordedAt'): readonly Date[] => orders.map((order) => new Date(sane(order[field])));
  await query(tx, {
    name: 'gateway.record',
    text: `insert into gateway.confirmed_order (order_id, entry_no, customer_id, customer_name, region, amount, booked_amount, agrees,
        sale_order_code, receivable_code, contract_id, waybill, placed_at, confirmed_at, recorded_at, series, discount)
      select * from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::bool[],
        $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::int[], $17::int8[])
      on conflict do nothing`,
    values: [
      texts('orderId'), orders.map(({ entryNo }) => entryNo), texts('customerId'), texts('customerName'), texts('region'),
      orders.map(({ amount }) => amount), orders.map(({ bookedAmount }) => bookedAmount), orders.map(({ agrees }) => agrees),
      texts('saleOrderCode'), texts('receivableCode'), texts('contractId'), texts('waybill'), times('placedAt'), times('confirmedAt'), times('recordedAt'),
      orders.map(({ series }) => series), orders.map(({ discount }) => discount),
    ],
  });
}
