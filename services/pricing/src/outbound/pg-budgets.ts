import type { Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, locksFirst, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import type { Budget } from '../domain/budget.ts';

interface BudgetRow {
  readonly rule: string;
  readonly budget: bigint;
  readonly spent: bigint;
  readonly is_stopped: boolean;
}

/** All of them: one a promotion that ever gave anything, so few that they are read before it is known which ones are wanted. */
export async function loadBudgets(tx: Transaction): Promise<ReadonlyMap<string, Budget>> {
  const lock = locksFirst(tx);
  const rows = await query<BudgetRow>(tx, {
    name: lock ? 'pricing.lock-budgets' : 'pricing.load-budgets',
    text: `select rule, budget, spent, is_stopped from pricing.budget order by rule${lock ? ' for update' : ''}`,
  });
  return new Map(rows.map(({ rule, budget, spent, is_stopped: isStopped }) => [rule, { rule, budget, spent, isStopped }]));
}

/**
 * Adds to budgets what orders have taken, without having locked them. One that others have changed since it was read takes the sum all the same while it stays within its end. Else the transaction
 * fails, and is tried again with locks.
 */
export const saveBudgets = (tx: Transaction, changes: readonly Change<Budget>[]): Promise<void> =>
  addUp(tx, changes.filter(({ row, stored }) => !stored || !isSame(row, stored)).sort((one, other) => (one.row.rule < other.row.rule ? -1 : 1)));

const isSame = (one: Budget, other: Budget): boolean => one.budget === other.budget && one.spent === other.spent && one.isStopped === other.isStopped;

const openBudgets = (tx: Transaction, opened: readonly Change<Budget>[]): Promise<unknown> => query(tx, {
  name: 'pricing.open-budgets',
  text: expectAll(`insert into pricing.budget (rule, budget, spent, is_stopped)
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::boolean[]) on conflict do nothing returning 1`, '$5'),
  values: [...columns(opened.map(({ row }) => row)), opened.length],
});

const moveBudgets = (tx: Transaction, moves: readonly ChangeOfKnown<Budget>[]): Promise<unknown> => query(tx, {
  name: 'pricing.move-budgets',
  text: expectAll(`update pricing.budget b set budget = m.budget, spent = b.spent + m.spent, is_stopped = m.is_stopped
    from unnest($1::text[], $2::bigint[], $3::bigint[], $4::boolean[], $5::bigint[], $6::boolean[]) m(rule, budget, spent, is_stopped, seen_spent, seen_stopped)
    where b.rule = m.rule and b.is_stopped = m.seen_stopped
      and (b.spent = m.seen_spent or (not m.is_stopped and not m.seen_stopped and (m.spent <= 0 or m.budget = 0 or b.spent + m.spent <= m.budget)))
    returning 1`, '$7'),
  values: [
    moves.map(({ row }) => row.rule), moves.map(({ row }) => row.budget), moves.map(({ row, stored }) => row.spent - stored.spent), moves.map(({ row }) => row.isStopped),
    moves.map(({ stored }) => stored.spent), moves.map(({ stored }) => stored.isStopped), moves.length,
  ],
});

const columns = (budgets: readonly Budget[]): readonly unknown[] =>
  [budgets.map(({ rule }) => rule), budgets.map(({ budget }) => budget), budgets.map(({ spent }) => spent), budgets.map(({ isStopped }) => isStopped)];

const addUp = addOrChange(openBudgets, moveBudgets);
