// Whether the books say what the workload's formula says.
import { expectedTotals, orderAt, outcomeAt } from './workload.mjs';

const TOTALS = [
  `SELECT 'orders ' || status AS name, count(*) AS value FROM orders GROUP BY status`,
  `SELECT 'sum of exposure', coalesce(sum(exposure), 0) FROM credit`,
  `SELECT 'sum of amounts held', coalesce(sum(amount), 0) FROM credit_hold WHERE status = 'held'`,
  `SELECT 'credit ' || status, count(*) FROM credit_hold GROUP BY status`,
  `SELECT 'sum of locked stock', coalesce(sum(locked), 0) FROM stock`,
  `SELECT 'stock ' || status, count(*) FROM stock_lock GROUP BY status`,
  `SELECT 'contracts ' || status, count(*) FROM contract GROUP BY status`,
  `SELECT 'shipments ' || status, count(*) FROM shipment GROUP BY status`,
  `SELECT 'ledger rows', count(*) FROM ledger`,
  `SELECT 'sum of ledger', coalesce(sum(amount), 0) FROM ledger`,
].join(' UNION ALL ');

const PROBLEM_LIMIT = 20;

/** Compares totals and every single order with the closed form: `{ ok, problems }`. */
export async function checkBooks(pool, n) {
  const problems = [...await wrongTotals(pool, n), ...await wrongOrders(pool, n)];
  return { ok: problems.length === 0, problems: problems.slice(0, PROBLEM_LIMIT) };
}

async function wrongTotals(pool, n) {
  const { rows } = await pool.query(TOTALS);
  const found = Object.fromEntries(rows.map(({ name, value }) => [name, Number(value)]));
  const expected = expectedTotals(n);
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names]
    .filter((name) => (found[name] ?? 0) !== (expected[name] ?? 0))
    .map((name) => `${name}: ${found[name] ?? 0}, must be ${expected[name] ?? 0}`);
}

async function wrongOrders(pool, n) {
  const { rows } = await pool.query('SELECT order_id, status FROM orders');
  const statusOf = new Map(rows.map((row) => [row.order_id, row.status]));
  const problems = [];
  for (let i = 0; i < n; i += 1) {
    const { id } = orderAt(i);
    if (statusOf.get(id) !== outcomeAt(i)) problems.push(`order ${id}: ${statusOf.get(id)}, must be ${outcomeAt(i)}`);
    statusOf.delete(id);
  }
  return [...problems, ...[...statusOf.keys()].map((id) => `order ${id} was not part of the run`)];
}
