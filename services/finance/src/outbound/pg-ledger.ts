import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { Entry } from '../domain/entry.ts';
import type { Ledger } from '../usecases/ports.ts';

/** The ledger in PostgreSQL, schema `finance`. */
export const pgLedger: Ledger = {
  async load(tx, orderIds) {
    // The lock comes first: whatever is read after it can no longer change under us. PostgreSQL takes the statements in this order.
    const [lastEntryNo, entries] = await Promise.all([lockEnd(tx), loadEntries(tx, orderIds)]);
    return { lastEntryNo, entries };
  },
  async append(tx, entries) {
    if (entries.length === 0) return;
    await Promise.all([moveEnd(tx, entries), insertEntries(tx, entries)]);
  },
};

async function lockEnd(tx: Transaction): Promise<number> {
  const [end] = await query<{ readonly last_entry_no: bigint }>(tx, {
    name: 'finance.lock-end',
    text: 'select last_entry_no from finance.ledger_end for update',
  });
  if (!end) throw new MeshError('BROKEN_PROMISE', { advice: 'finance.ledger_end has lost its row; restore it from max(entry_no) of finance.entry' });
  return Number(end.last_entry_no);
}

/** Compare-and-set: the end must stand right before the first new number. */
async function moveEnd(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  const [first, last] = [entries[0]?.entryNo ?? 0, entries.at(-1)?.entryNo ?? 0];
  const moved = await query(tx, {
    name: 'finance.move-end',
    text: 'update finance.ledger_end set last_entry_no = $2 where last_entry_no = $1 returning last_entry_no',
    values: [first - 1, last],
  });
  if (moved.length !== 1 || last - first + 1 !== entries.length) {
    throw new MeshError('BROKEN_PROMISE', { advice: `entries ${first} to ${last} do not follow the end of the ledger` });
  }
}

interface EntryRow {
  readonly order_id: string;
  readonly entry_no: bigint;
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
}

async function loadEntries(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Entry>> {
  const rows = await query<EntryRow>(tx, {
    name: 'finance.load-entries',
    text: `select order_id, entry_no, customer_id, customer_name, region, amount, booked_amount, agrees, sale_order_code, receivable_code,
        contract_id, waybill, placed_at, confirmed_at, recorded_at
      from finance.entry where order_id = any($1::text[])`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, entryOf(row)]));
}

const entryOf = (row: EntryRow): Entry => ({
  orderId: row.order_id, entryNo: Number(row.entry_no), customerId: row.customer_id, customerName: row.customer_name, region: row.region,
  amount: fen(row.amount), bookedAmount: fen(row.booked_amount), agrees: row.agrees, saleOrderCode: row.sale_order_code,
  receivableCode: row.receivable_code, contractId: row.contract_id, waybill: row.waybill,
  placedAt: row.placed_at, confirmedAt: row.confirmed_at, recordedAt: row.recorded_at,
});

async function insertEntries(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  await query(tx, {
    name: 'finance.insert-entries',
    text: `insert into finance.entry (order_id, entry_no, customer_id, customer_name, region, amount, booked_amount, sale_order_code, receivable_code,
        contract_id, waybill, placed_at, confirmed_at, recorded_at)
      select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[],
        $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::timestamptz[])`,
    values: [
      entries.map(({ orderId }) => orderId), entries.map(({ entryNo }) => entryNo), entries.map(({ customerId }) => customerId),
      entries.map(({ customerName }) => customerName), entries.map(({ region }) => region), entries.map(({ amount }) => amount),
      entries.map(({ bookedAmount }) => bookedAmount), entries.map(({ saleOrderCode }) => saleOrderCode),
      entries.map(({ receivableCode }) => receivableCode), entries.map(({ contractId }) => contractId), entries.map(({ waybill }) => waybill),
      entries.map(({ placedAt }) => new Date(placedAt)), entries.map(({ confirmedAt }) => new Date(confirmedAt)),
      entries.map(({ recordedAt }) => new Date(recordedAt)),
    ],
  });
}
