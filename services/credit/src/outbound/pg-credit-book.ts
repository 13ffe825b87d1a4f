import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query } from '@order-mesh/platform';
import type { Account } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { CreditBook, CreditKeys } from '../usecases/ports.ts';

/** The credit book in PostgreSQL, schema `credit`. */
export const pgCreditBook: CreditBook = {
  async load(tx, keys) {
    // The locks come first: whatever is read after them can no longer change under us.
    const locked = await lockAccounts(tx, keys);
    const dues = await oldestDues(tx, locked.map(({ customer_id }) => customer_id));
    return {
      accounts: new Map(locked.map((row) => [row.customer_id, accountOf(row, dues)])),
      holds: await loadHolds(tx, keys.orderIds),
      receivables: await loadReceivables(tx, keys.receivableIds),
    };
  },
  async save(tx, { accounts, holds, receivables }) {
    if (accounts.length > 0) await saveAccounts(tx, accounts);
    if (holds.length > 0) await saveHolds(tx, holds);
    if (receivables.length > 0) await saveReceivables(tx, receivables);
  },
};

interface AccountRow {
  readonly customer_id: string;
  readonly credit_limit: bigint | null;
  readonly limit_changed_at: Instant | null;
  readonly owed: bigint;
  readonly held: bigint;
}

function lockAccounts(tx: Transaction, keys: CreditKeys): Promise<readonly AccountRow[]> {
  return query<AccountRow>(tx, {
    name: 'credit.lock-accounts',
    text: `select customer_id, credit_limit, limit_changed_at, owed, held from credit.account
      where customer_id = any(array(
        select unnest($1::text[])
        union select customer_id from credit.hold where order_id = any($2::text[])
        union select customer_id from credit.receivable where receivable_id = any($3::text[])))
      order by customer_id for update`,
    values: [keys.customerIds, keys.orderIds, keys.receivableIds],
  });
}

async function oldestDues(tx: Transaction, customerIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
  if (customerIds.length === 0) return new Map();
  const rows = await query<{ readonly customer_id: string; readonly due_at: Instant }>(tx, {
    name: 'credit.oldest-dues',
    text: `select customer.id as customer_id, oldest.due_at from unnest($1::text[]) as customer(id)
      cross join lateral (select due_at from credit.receivable where customer_id = customer.id and open > 0 order by due_at limit 1) oldest`,
    values: [customerIds],
  });
  return new Map(rows.map((row) => [row.customer_id, row.due_at]));
}

function accountOf(row: AccountRow, dues: ReadonlyMap<string, Instant>): Account {
  const { customer_id: customerId, credit_limit: limit, limit_changed_at: changedAt, owed, held } = row;
  const known = limit === null || changedAt === null ? null : { amount: fen(limit), changedAt };
  return { customerId, limit: known, owed, held, oldestDueAt: dues.get(customerId) ?? null };
}

async function saveAccounts(tx: Transaction, accounts: readonly Account[]): Promise<void> {
  await query(tx, {
    name: 'credit.save-accounts',
    text: `insert into credit.account (customer_id, credit_limit, limit_changed_at, owed, held)
      select * from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[])
      on conflict (customer_id) do update set credit_limit = excluded.credit_limit, limit_changed_at = excluded.limit_changed_at,
        owed = excluded.owed, held = excluded.held`,
    values: [
      accounts.map(({ customerId }) => customerId),
      accounts.map(({ limit }) => limit?.amount ?? null),
      accounts.map(({ limit }) => (limit ? new Date(limit.changedAt) : null)),
      accounts.map(({ owed }) => owed),
      accounts.map(({ held }) => held),
    ],
  });
}

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
}

async function loadHolds(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Hold>> {
  if (orderIds.length === 0) return new Map();
  const rows = await query<HoldRow>(tx, {
    name: 'credit.load-holds',
    text: `select order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable
      from credit.hold where order_id = any($1::text[])`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, holdOf(row)]));
}

function holdOf(row: HoldRow): Hold {
  const { order_id: orderId, status, customer_id: customerId, amount, approval_id: approvalId } = row;
  if (status === 'released') return { status, orderId };
  if (customerId === null || amount === null) throw torn(row);
  const request = { orderId, customerId, amount: fen(amount), approvalId };
  if (status === 'refused') {
    const { reason, detail, appealable } = row;
    if (reason === null || detail === null || appealable === null) throw torn(row);
    return { ...request, status, reason, detail, appealable };
  }
  if (row.exposure === null || row.credit_limit === null) throw torn(row);
  return { ...request, status, exposure: fen(row.exposure), limit: fen(row.credit_limit) };
}

const torn = (row: HoldRow): MeshError =>
  new MeshError('BROKEN_PROMISE', { advice: `hold of order ${row.order_id} lacks what a ${row.status} hold must have` });

async function saveHolds(tx: Transaction, holds: readonly Hold[]): Promise<void> {
  const asked = holds.map((hold) => (hold.status === 'released' ? undefined : hold));
  const granted = holds.map((hold) => ('exposure' in hold ? hold : undefined));
  const refused = holds.map((hold) => (hold.status === 'refused' ? hold : undefined));
  await query(tx, {
    name: 'credit.save-holds',
    // A released hold keeps what it was about, for whoever asks later.
    text: `insert into credit.hold as known
        (order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::boolean[])
      on conflict (order_id) do update set status = excluded.status,
        customer_id = coalesce(excluded.customer_id, known.customer_id), amount = coalesce(excluded.amount, known.amount),
        approval_id = coalesce(excluded.approval_id, known.approval_id), exposure = excluded.exposure, credit_limit = excluded.credit_limit,
        reason = excluded.reason, detail = excluded.detail, appealable = excluded.appealable, changed_at = now()`,
    values: [
      holds.map(({ orderId }) => orderId), holds.map(({ status }) => status),
      asked.map((hold) => hold?.customerId ?? null), asked.map((hold) => hold?.amount ?? null), asked.map((hold) => hold?.approvalId ?? null),
      granted.map((hold) => hold?.exposure ?? null), granted.map((hold) => hold?.limit ?? null),
      refused.map((hold) => hold?.reason ?? null), refused.map((hold) => hold?.detail ?? null), refused.map((hold) => hold?.appealable ?? null),
    ],
  });
}

interface ReceivableRow {
  readonly receivable_id: string;
  readonly customer_id: string;
  readonly order_id: string | null;
  readonly amount: bigint;
  readonly open: bigint;
  readonly due_at: Instant;
  readonly changed_at: Instant;
}

async function loadReceivables(tx: Transaction, receivableIds: readonly string[]): Promise<ReadonlyMap<string, Receivable>> {
  if (receivableIds.length === 0) return new Map();
  const rows = await query<ReceivableRow>(tx, {
    name: 'credit.load-receivables',
    text: `select receivable_id, customer_id, order_id, amount, open, due_at, changed_at
      from credit.receivable where receivable_id = any($1::text[])`,
    values: [receivableIds],
  });
  return new Map(rows.map((row) => [row.receivable_id, receivableOf(row)]));
}

const receivableOf = (row: ReceivableRow): Receivable => ({
  receivableId: row.receivable_id, customerId: row.customer_id, orderId: row.order_id,
  amount: fen(row.amount), open: fen(row.open), dueAt: row.due_at, changedAt: row.changed_at,
});

async function saveReceivables(tx: Transaction, receivables: readonly Receivable[]): Promise<void> {
  await query(tx, {
    name: 'credit.save-receivables',
    text: `insert into credit.receivable (receivable_id, customer_id, order_id, amount, open, due_at, changed_at)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
      on conflict (receivable_id) do update set customer_id = excluded.customer_id, order_id = excluded.order_id, amount = excluded.amount,
        open = excluded.open, due_at = excluded.due_at, changed_at = excluded.changed_at`,
    values: [
      receivables.map(({ receivableId }) => receivableId), receivables.map(({ customerId }) => customerId),
      receivables.map(({ orderId }) => orderId), receivables.map(({ amount }) => amount), receivables.map(({ open }) => open),
      receivables.map(({ dueAt }) => new Date(dueAt)), receivables.map(({ changedAt }) => new Date(changedAt)),
    ],
  });
}
