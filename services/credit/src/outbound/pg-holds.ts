import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import { readRecord, writeRecord } from '@order-mesh/rules';
import type { Hold } from '../domain/hold.ts';

interface HoldRow {
  readonly order_id: string;
  readonly status: Hold['status'];
  readonly customer_id: string | null;
  readonly amount: bigint | null;
  readonly approval_id: string | null;
  readonly exposure: bigint | null;
  readonly credit_limit: bigint | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly appealable: boolean | null;
  readonly revision: number;
  readonly started_at: Instant | null;
  readonly record: string | null;
}

export async function loadHolds(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Hold>> {
  if (orderIds.length === 0) return new Map();
  const rows = await query<HoldRow>(tx, {
    name: 'credit.load-holds',
    text: `select order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable, revision, started_at, record
      from credit.hold where order_id = any($1::text[])`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, holdOf(row)]));
}

function holdOf(row: HoldRow): Hold {
  const { order_id: orderId, status, customer_id: customerId, amount, approval_id: approvalId, revision } = row;
  if (status === 'released') return { status, orderId };
  if (customerId === null || amount === null) throw torn(row);
  const request = { orderId, customerId, amount: fen(amount), approvalId, revision, startedAt: row.started_at ?? 0 };
  const record = row.record === null ? null : readRecord(row.record);
  if (status === 'refused') {
    const { reason, detail, appealable } = row;
    if (reason === null || detail === null || appealable === null) throw torn(row);
    return { ...request, status, reason, detail, appealable, record };
  }
  if (row.exposure === null || row.credit_limit === null) throw torn(row);
  return { ...request, status, exposure: fen(row.exposure), limit: fen(row.credit_limit), record };
}

const torn = (row: HoldRow): MeshError =>
  new MeshError('BROKEN_PROMISE', { advice: `hold of order ${row.order_id} lacks what a ${row.status} hold must have` });

const addHolds = (tx: Transaction, changes: readonly Change<Hold>[]): Promise<unknown> => query(tx, {
  name: 'credit.add-holds',
  text: expectAll(`insert into credit.hold (order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable, revision, started_at, record)
    select * from unnest(${HOLD_ARRAYS}) on conflict do nothing returning 1`, '$14'),
  values: [...holdColumns(changes), changes.length],
});

const changeHolds = (tx: Transaction, changes: readonly ChangeOfKnown<Hold>[]): Promise<unknown> => query(tx, {
  name: 'credit.change-holds',
  // A released hold keeps what it was about, for whoever asks later.
  text: expectAll(`update credit.hold known set status = c.status,
      customer_id = coalesce(c.customer_id, known.customer_id), amount = coalesce(c.amount, known.amount), approval_id = coalesce(c.approval_id, known.approval_id),
      exposure = c.exposure, credit_limit = c.credit_limit, reason = c.reason, detail = c.detail, appealable = c.appealable, revision = c.revision,
      started_at = coalesce(c.started_at, known.started_at), record = case when c.customer_id is null then known.record else c.record end, changed_at = now()
    from unnest(${HOLD_ARRAYS}, $14::text[], $15::integer[]) c(order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable, revision, started_at, record, was, was_revision)
    where known.order_id = c.order_id and known.status = c.was and known.revision = c.was_revision returning 1`, '$16'),
  values: [...holdColumns(changes), changes.map(({ stored }) => stored.status), changes.map(({ stored }) => revisionOf(stored)), changes.length],
});

const HOLD_ARRAYS = '$1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::boolean[], $11::integer[], $12::timestamptz[], $13::text[]';

function holdColumns(changes: readonly Change<Hold>[]): unknown[] {
  const holds = changes.map(({ row }) => row);
  const asked = changes.map(({ row, passed }) => [row, ...passed].find((hold) => hold.status !== 'released'));
  const granted = holds.map((hold) => ('exposure' in hold ? hold : undefined));
  const refused = holds.map((hold) => (hold.status === 'refused' ? hold : undefined));
  return [
    holds.map(({ orderId }) => orderId), holds.map(({ status }) => status),
    asked.map((hold) => hold?.customerId ?? null), asked.map((hold) => hold?.amount ?? null), asked.map((hold) => hold?.approvalId ?? null),
    granted.map((hold) => hold?.exposure ?? null), granted.map((hold) => hold?.limit ?? null),
    refused.map((hold) => hold?.reason ?? null), refused.map((hold) => hold?.detail ?? null), refused.map((hold) => hold?.appealable ?? null),
    holds.map(revisionOf), asked.map((hold) => (hold ? new Date(hold.startedAt) : null)), asked.map((hold) => (hold?.record ? writeRecord(hold.record) : null)),
  ];
}

const revisionOf = (hold: Hold): number => (hold.status === 'released' ? 0 : hold.revision);

/** A hold is written only where its status and revision are still those that were read. */
export const saveHolds = addOrChange(addHolds, changeHolds);
