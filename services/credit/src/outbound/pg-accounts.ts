import { fen, type Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, locksFirst, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import type { Account } from '../domain/account.ts';
import type { CreditKeys } from '../usecases/ports.ts';

interface AccountRow {
  readonly customer_id: string;
  readonly credit_limit: bigint | null;
  readonly limit_changed_at: Instant | null;
  readonly owed: bigint;
  readonly held: bigint;
}

/** The accounts of the customers named, and of those behind the orders and receivables named. */
export async function loadAccounts(tx: Transaction, keys: CreditKeys): Promise<ReadonlyMap<string, Account>> {
  const lock = locksFirst(tx);
  const rows = await query<AccountRow>(tx, {
    name: lock ? 'credit.lock-accounts' : 'credit.load-accounts',
    text: `select customer_id, credit_limit, limit_changed_at, owed, held from credit.account
      where customer_id = any(array(
        select unnest($1::text[])
        union select customer_id from credit.hold where order_id = any($2::text[])
        union select customer_id from credit.receivable where receivable_id = any($3::text[])))
      order by customer_id${lock ? ' for update' : ''}`,
    values: [keys.customerIds, keys.orderIds, keys.receivableIds],
  });
  return new Map(rows.map((row) => [row.customer_id, accountOf(row)]));
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
export const saveAccounts = (tx: Transaction, changes: readonly Change<Account>[]): Promise<void> => addUp(tx, changes.filter(({ row, stored }) => !stored || !sameBooks(row, stored))
  .sort((one, other) => (one.row.customerId < other.row.customerId ? -1 : 1)));

const sameBooks = (one: Account, other: Account): boolean => one.held === other.held && one.owed === other.owed && one.limit === other.limit;

function openAccounts(tx: Transaction, opened: readonly Change<Account>[]): Promise<unknown> {
  const accounts = opened.map(({ row }) => row);
  return query(tx, {
    name: 'credit.open-accounts',
    text: expectAll(`insert into credit.account (customer_id, credit_limit, limit_changed_at, owed, held)
      select * from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[]) on conflict do nothing returning 1`, '$6'),
    values: [
      accounts.map(({ customerId }) => customerId), ...limitsOf(accounts), accounts.map(({ owed }) => owed), accounts.map(({ held }) => held), accounts.length,
    ],
  });
}

const moveAccounts = (tx: Transaction, moves: readonly ChangeOfKnown<Account>[]): Promise<unknown> => query(tx, {
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

const addUp = addOrChange(openAccounts, moveAccounts);
