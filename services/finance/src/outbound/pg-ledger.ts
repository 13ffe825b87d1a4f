import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { Entry } from '../domain/entry.ts';
import type { Ledger } from '../usecases/ports.ts';

/** The ledger in PostgreSQL, schema `finance`. */
export const pgLedger: Ledger = {
  async load(tx, orderIds, series) {
    // The locks come first: whatever is read after them can no longer change under us. PostgreSQL takes the statements in this order.
    const [ends, entries] = await Promise.all([lockEnds(tx, series), loadEntries(tx, orderIds)]);
    const missing = series.filter((one) => !ends.has(one));
    if (missing.length === 0) return { ends, entries };
    await openSeries(tx, missing);
    return pgLedger.load(tx, orderIds, series);
  },
  async append(tx, entries) {
    if (entries.length === 0) return;
    await Promise.all([moveEnds(tx, entries), insertEntries(tx, entries)]);
  },
};

async function lockEnds(tx: Transaction, series: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await query<{ readonly series: number; readonly last_entry_no: bigint }>(tx, {
    name: 'finance.lock-ends',
    text: 'select series, last_entry_no from finance.series_end where series = any($1::integer[]) order by series for update',
    values: [series],
  });
  return new Map(rows.map((row) => [row.series, Number(row.last_entry_no)]));
}

/** Begins series that have no entry yet, unless another process has done so meanwhile. */
const openSeries = (tx: Transaction, series: readonly number[]): Promise<unknown> => query(tx, {
  name: 'finance.open-series',
  text: 'insert into finance.series_end (series, last_entry_no) select unnest($1::integer[]), 0 on conflict do nothing',
  values: [series.toSorted((one, other) => one - other)],
});

/** Compare-and-set: each end must stand right before the first new number of its series. */
async function moveEnds(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  const moves = movesOf(entries);
  const moved = await query(tx, {
    name: 'finance.move-ends',
    text: `update finance.series_end e set last_entry_no = m.last from unnest($1::integer[], $2::bigint[], $3::bigint[]) m(series, expected, last)
      where e.series = m.series and e.last_entry_no = m.expected returning 1`,
    values: [moves.map(({ series }) => series), moves.map(({ first }) => first - 1), moves.map(({ last }) => last)],
  });
  const gap = moves.find(({ first, last, count }) => last - first + 1 !== count);
  if (moved.length !== moves.length || gap) {
    throw new MeshError('BROKEN_PROMISE', { advice: `entries of series ${moves.map(({ series, first, last }) => `${series}: ${first} to ${last}`).join(', ')} do not follow the ends of the ledger` });
  }
}

interface Move {
  readonly series: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

function movesOf(entries: readonly Entry[]): readonly Move[] {
  const moves = new Map<number, Move>();
  for (const { series, entryNo } of entries) {
    const { first = entryNo, count = 0 } = moves.get(series) ?? {};
    moves.set(series, { series, first, last: entryNo, count: count + 1 });
  }
  return [...moves.values()];
}

interface EntryRow {
  readonly order_id: string;
  readonly entry_no: bigint;
  readonly series: number;
  readonly customer_id: string;
  readonly customer_name: string;
  readonly region: string;
  readonly amount: bigint;
  readonly booked_amount: bigint;
  readonly agrees: boolean;
  readonly sale_order_code: string;
  readonly receivable_code: string;
  readonly contract_id: string;
  readonly waybill: string;
  readonly placed_at: Instant;
  readonly confirmed_at: Instant;
  readonly recorded_at: Instant;
  readonly discount: bigint;
}

async function loadEntries(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Entry>> {
  const rows = await query<EntryRow>(tx, {
    name: 'finance.load-entries',
    text: `select order_id, entry_no, series, customer_id, customer_name, region, amount, booked_amount, agrees, sale_order_code, receivable_code,
        contract_id, waybill, placed_at, confirmed_at, recorded_at, discount
      from finance.entry where order_id = any($1::text[])`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, entryOf(row)]));
}

const entryOf = (row: EntryRow): Entry => ({
  orderId: row.order_id, entryNo: Number(row.entry_no), series: row.series, customerId: row.customer_id, customerName: row.customer_name, region: row.region,
  amount: fen(row.amount), bookedAmount: fen(row.booked_amount), agrees: row.agrees, saleOrderCode: row.sale_order_code,
  receivableCode: row.receivable_code, contractId: row.contract_id, waybill: row.waybill,
  placedAt: row.placed_at, confirmedAt: row.confirmed_at, recordedAt: row.recorded_at, discount: fen(row.discount),
});

async function insertEntries(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  await query(tx, {
    name: 'finance.insert-entries',
    text: `insert into finance.entry (order_id, entry_no, customer_id, customer_name, region, amount, booked_amount, sale_order_code, receivable_code,
        contract_id, waybill, placed_at, confirmed_at, recorded_at, series, discount)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
        $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::integer[], $16::bigint[])`,
    values: [
      entries.map(({ orderId }) => orderId), entries.map(({ entryNo }) => entryNo), entries.map(({ customerId }) => customerId),
      entries.map(({ customerName }) => customerName), entries.map(({ region }) => region), entries.map(({ amount }) => amount),
      entries.map(({ bookedAmount }) => bookedAmount), entries.map(({ saleOrderCode }) => saleOrderCode),
      entries.map(({ receivableCode }) => receivableCode), entries.map(({ contractId }) => contractId), entries.map(({ waybill }) => waybill),
      entries.map(({ placedAt }) => new Date(placedAt)), entries.map(({ confirmedAt }) => new Date(confirmedAt)),
      entries.map(({ recordedAt }) => new Date(recordedAt)), entries.map(({ series }) => series), entries.map(({ discount }) => discount),
    ],
  });
}
