import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { expectAll, identityMap, locksFirst, query, type Change } from '@order-mesh/platform';
import type { Account } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { CreditBook, CreditKeys } from '../usecases/ports.ts';

/** The credit book in PostgreSQL, schema `credit`. */
export const pgCreditBook: CreditBook = {
  async load(tx, keys) {
    await accounts.arrived(tx);
    const unseen: CreditKeys = {
      customerIds: accounts.unseen(tx, keys.customerIds), orderIds: holds.unseen(tx, keys.orderIds), receivableIds: receivables.unseen(tx, keys.receivableIds),
    };
    if (Object.values(unseen).some((some) => some.length > 0)) await adoptPages(tx, unseen);
    const pages = { holds: holds.seen(tx, keys.orderIds), receivables: receivables.seen(tx, keys.receivableIds) };
    const behind = [...pages.holds.values(), ...pages.receivables.values()].flatMap((one) => ('customerId' in one ? [one.customerId] : []));
    return { ...pages, accounts: await withDues(tx, accounts.seen(tx, [...keys.customerIds, ...behind])) };
  },
  async save(tx, changes) {
    accounts.write(tx, changes.accounts.map((account) => [account.customerId, account]));
    holds.write(tx, changes.holds.map((hold) => [hold.orderId, hold]));
    receivables.write(tx, changes.receivables.map((receivable) => [receivable.receivableId, receivable]));
    if (changes.receivables.length > 0) oldestDue.forget(tx, [...oldestDue.seen(tx, changes.accounts.map(({ customerId }) => customerId)).keys()]);
  },
};

/** Reads the accounts of customers whose orders are only being placed. */
export const readCreditAhead: ReadAhead = (batch, tx) => {
  const placed = ordersPlacedIn(batch);
  const keys = { customerIds: placed.map(({ customerId }) => customerId), orderIds: placed.map(({ orderId }) => orderId), receivableIds: [] };
  accounts.ahead(tx, pgCreditBook.load(tx, keys));
};

const accounts = identityMap<Account>(saveAccounts, { when: { lastAs: 'credit.account' } });
const holds = identityMap<Hold>(saveHolds, { when: 'commit' });
const receivables = identityMap<Receivable>(saveReceivables);
/** When the oldest open receivable of a customer was due; follows from the receivables, so it is never written. */
const oldestDue = identityMap<{ readonly at: Instant | null }>(async () => {});

async function adoptPages(tx: Transaction, keys: CreditKeys): Promise<void> {
  // Where locks are taken they come first: whatever is read after them can no longer change under us. PostgreSQL takes the statements in this order.
  const [rows, dues, foundHolds, foundReceivables] = await Promise.all([
    loadAccounts(tx, keys), duesOf(tx, keys.customerIds), loadHolds(tx, keys.orderIds), loadReceivables(tx, keys.receivableIds)]);
  const found = new Map(rows.map((row) => [row.customer_id, accountOf(row)]));
  accounts.adopt(tx, [...keys.customerIds, ...found.keys()], found);
  holds.adopt(tx, keys.orderIds, foundHolds);
  receivables.adopt(tx, keys.receivableIds, foundReceivables);
  oldestDue.adopt(tx, keys.customerIds, dues);
}

async function withDues(tx: Transaction, known: ReadonlyMap<string, Account>): Promise<ReadonlyMap<string, Account>> {
  const unseen = oldestDue.unseen(tx, [...known.keys()]);
  if (unseen.length > 0) {
    // what is still to be written decides which one is the oldest
    await receivables.flush(tx);
    oldestDue.adopt(tx, unseen, await duesOf(tx, unseen));
  }
  const dues = oldestDue.seen(tx, [...known.keys()]);
  return new Map([...known].map(([customerId, account]) => [customerId, { ...account, oldestDueAt: dues.get(customerId)?.at ?? null }]));
}

interface AccountRow {
  readonly customer_id: string;
  readonly credit_limit: bigint | null;
  readonly limit_changed_at: Instant | null;
  readonly owed: bigint;
  readonly held: bigint;
}

function loadAccounts(tx: Transaction, keys: CreditKeys): Promise<readonly AccountRow[]> {
  const lock = locksFirst(tx);
  return query<AccountRow>(tx, {
    name: lock ? 'credit.lock-accounts' : 'credit.load-accounts',
    text: `select customer_id, credit_limit, limit_changed_at, owed, held from credit.account
      where customer_id = any(array(
        select unnest($1::text[])
        union select customer_id from credit.hold where order_id = any($2::text[])
        union select customer_id from credit.receivable where receivable_id = any($3::text[])))
      order by customer_id${lock ? ' for update' : ''}`,
    values: [keys.customerIds, keys.orderIds, keys.receivableIds],
  });
}

async function duesOf(tx: Transaction, customerIds: readonly string[]): Promise<ReadonlyMap<string, { readonly at: Instant | null }>> {
  if (customerIds.length === 0) return new Map();
  const rows = await query<{ readonly customer_id: string; readonly due_at: Instant }>(tx, {
    name: 'credit.oldest-dues',
    text: `select customer.id as customer_id, oldest.due_at from unnest($1::text[]) as customer(id)
      cross join lateral (select due_at from credit.receivable where customer_id = customer.id and open > 0 order by due_at limit 1) oldest`,
    values: [customerIds],
  });
  const found = new Map(rows.map((row) => [row.customer_id, row.due_at]));
  return new Map(customerIds.map((customerId) => [customerId, { at: found.get(customerId) ?? null }]));
}

function accountOf(row: AccountRow): Account {
  const { customer_id: customerId, credit_limit: limit, limit_changed_at: changedAt, owed, held } = row;
  const known = limit === null || changedAt === null ? null : { amount: fen(limit), changedAt };
  return { customerId, limit: known, owed, held, oldestDueAt: null };
}

/**
 * Adds to accounts what was decided about them, without having locked them. An account that others have changed since it was read takes the sum all the same while it stays
 * within its limit: whoever decided with less exposure in view would have decided the same with all of it. Else the transaction fails, and is tried again with locks.
 */
async function saveAccounts(tx: Transaction, changes: readonly Change<Account>[]): Promise<void> {
  const opened = changes.filter(({ stored }) => stored === undefined).map(({ row }) => row);
  const moved = changes.flatMap(({ row, stored }) => (stored && !sameBooks(row, stored) ? [{ row, stored }] : []))
    .sort((one, other) => (one.row.customerId < other.row.customerId ? -1 : 1));
  await Promise.all([opened.length > 0 && openAccounts(tx, opened), moved.length > 0 && moveAccounts(tx, moved)]);
}

const sameBooks = (one: Account, other: Account): boolean => one.held === other.held && one.owed === other.owed && one.limit === other.limit;

const openAccounts = (tx: Transaction, accounts: readonly Account[]): Promise<unknown> => query(tx, {
  name: 'credit.open-accounts',
  text: expectAll(`insert into credit.account (customer_id, credit_limit, limit_changed_at, owed, held)
    select * from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[]) on conflict do nothing returning 1`, '$6'),
  values: [
    accounts.map(({ customerId }) => customerId), ...limitsOf(accounts), accounts.map(({ owed }) => owed), accounts.map(({ held }) => held), accounts.length,
  ],
});

const moveAccounts = (tx: Transaction, moves: readonly { readonly row: Account; readonly stored: Account }[]): Promise<unknown> => query(tx, {
  name: 'credit.move-accounts',
  text: expectAll(`update credit.account a
    set owed = a.owed + m.owed, held = a.held + m.held, credit_limit = m.credit_limit, limit_changed_at = m.limit_changed_at
    from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::bigint[], $8::bigint[])
      m(customer_id, credit_limit, limit_changed_at, owed, held, seen_limit_changed_at, seen_owed, seen_held)
    where a.customer_id = m.customer_id and a.limit_changed_at is not distinct from m.seen_limit_changed_at
      and ((a.owed = m.seen_owed and a.held = m.seen_held) or a.owed + m.owed + a.held + m.held <= a.credit_limit)
    returning 1`, '$9'),
  values: [
    moves.map(({ row }) => row.customerId), ...limitsOf(moves.map(({ row }) => row)),
    moves.map(({ row, stored }) => row.owed - stored.owed), moves.map(({ row, stored }) => row.held - stored.held),
    moves.map(({ stored }) => (stored.limit ? new Date(stored.limit.changedAt) : null)), moves.map(({ stored }) => stored.owed), moves.map(({ stored }) => stored.held),
    moves.length,
  ],
});

const limitsOf = (accounts: readonly Account[]): readonly [unknown[], unknown[]] => [
  accounts.map(({ limit }) => limit?.amount ?? null), accounts.map(({ limit }) => (limit ? new Date(limit.changedAt) : null)),
];

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

async function saveHolds(tx: Transaction, changes: readonly Change<Hold>[]): Promise<void> {
  const [added, changed] = [changes.filter(({ stored }) => stored === undefined), changes.filter(({ stored }) => stored !== undefined)];
  await Promise.all([added.length > 0 && addHolds(tx, added), changed.length > 0 && changeHolds(tx, changed)]);
}

const addHolds = (tx: Transaction, changes: readonly Change<Hold>[]): Promise<unknown> => query(tx, {
  name: 'credit.add-holds',
  text: expectAll(`insert into credit.hold (order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable)
    select * from unnest(${HOLD_ARRAYS}) on conflict do nothing returning 1`, '$11'),
  values: [...holdColumns(changes), changes.length],
});

const changeHolds = (tx: Transaction, changes: readonly Change<Hold>[]): Promise<unknown> => query(tx, {
  name: 'credit.change-holds',
  // A released hold keeps what it was about, for whoever asks later.
  text: expectAll(`update credit.hold known set status = c.status,
      customer_id = coalesce(c.customer_id, known.customer_id), amount = coalesce(c.amount, known.amount), approval_id = coalesce(c.approval_id, known.approval_id),
      exposure = c.exposure, credit_limit = c.credit_limit, reason = c.reason, detail = c.detail, appealable = c.appealable, changed_at = now()
    from unnest(${HOLD_ARRAYS}, $11::text[]) c(order_id, status, customer_id, amount, approval_id, exposure, credit_limit, reason, detail, appealable, was)
    where known.order_id = c.order_id and known.status = c.was returning 1`, '$12'),
  values: [...holdColumns(changes), changes.map(({ stored }) => stored?.status), changes.length],
});

const HOLD_ARRAYS = '$1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::boolean[]';

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
  ];
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

/** What is open on a document was added to its account by how the document was read: if others have written it since, the transaction fails, and is tried again with locks. */
async function saveReceivables(tx: Transaction, changes: readonly Change<Receivable>[]): Promise<void> {
  const [added, changed] = [changes.filter(({ stored }) => stored === undefined), changes.filter(({ stored }) => stored !== undefined)];
  await Promise.all([added.length > 0 && addReceivables(tx, added), changed.length > 0 && changeReceivables(tx, changed)]);
}

const addReceivables = (tx: Transaction, changes: readonly Change<Receivable>[]): Promise<unknown> => query(tx, {
  name: 'credit.add-receivables',
  text: expectAll(`insert into credit.receivable (receivable_id, customer_id, order_id, amount, open, due_at, changed_at)
    select * from unnest(${RECEIVABLE_ARRAYS}) on conflict do nothing returning 1`, '$8'),
  values: [...receivableColumns(changes), changes.length],
});

const changeReceivables = (tx: Transaction, changes: readonly Change<Receivable>[]): Promise<unknown> => query(tx, {
  name: 'credit.change-receivables',
  text: expectAll(`update credit.receivable known set customer_id = c.customer_id, order_id = c.order_id, amount = c.amount, open = c.open, due_at = c.due_at, changed_at = c.changed_at
    from unnest(${RECEIVABLE_ARRAYS}, $8::bigint[], $9::timestamptz[]) c(receivable_id, customer_id, order_id, amount, open, due_at, changed_at, was_open, was_changed_at)
    where known.receivable_id = c.receivable_id and known.open = c.was_open and known.changed_at = c.was_changed_at returning 1`, '$10'),
  values: [
    ...receivableColumns(changes), changes.map(({ row, stored }) => (stored ?? row).open), changes.map(({ row, stored }) => new Date((stored ?? row).changedAt)), changes.length,
  ],
});

const RECEIVABLE_ARRAYS = '$1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::timestamptz[]';

function receivableColumns(changes: readonly Change<Receivable>[]): unknown[] {
  const receivables = changes.map(({ row }) => row);
  return [
    receivables.map(({ receivableId }) => receivableId), receivables.map(({ customerId }) => customerId),
    receivables.map(({ orderId }) => orderId), receivables.map(({ amount }) => amount), receivables.map(({ open }) => open),
    receivables.map(({ dueAt }) => new Date(dueAt)), receivables.map(({ changedAt }) => new Date(changedAt)),
  ];
}
