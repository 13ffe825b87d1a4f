// Order i of the workload, and what the books must hold once the first n orders are done.

export const CUSTOMERS = 997;
export const SKUS = 499;
export const CREDIT_LIMIT = 1_000_000;

const AMOUNT_OVER_LIMIT = 10_000_000;
const ONE_IN = 20;

/** Order i; a warm-up uses another prefix, so that its orders cannot be taken for the run's. */
export function orderAt(i, prefix = 'o') {
  return {
    id: `${prefix}${String(i).padStart(7, '0')}`,
    customer: i % CUSTOMERS,
    sku: i % SKUS,
    qty: 1 + (i % 3),
    amount: i % ONE_IN === 0 ? AMOUNT_OVER_LIMIT : 100 + (i % 50),
    region: i % ONE_IN === 10 ? 'XX' : 'CN',
  };
}

/** How order i has to end: refused by credit, refused by logistics and undone, or carried out. */
export function outcomeAt(i) {
  if (i % ONE_IN === 0) return 'rejected';
  return i % ONE_IN === 10 ? 'compensated' : 'completed';
}

/** The totals of the books after orders 0..n-1, in the names that check.mjs reads them by. */
export function expectedTotals(n) {
  const done = { completed: 0, rejected: 0, compensated: 0 };
  let exposure = 0;
  let locked = 0;
  for (let i = 0; i < n; i += 1) {
    const outcome = outcomeAt(i);
    done[outcome] += 1;
    if (outcome !== 'completed') continue;
    exposure += orderAt(i).amount;
    locked += orderAt(i).qty;
  }
  const { completed, rejected, compensated } = done;
  return {
    'orders completed': completed,
    'orders rejected': rejected,
    'orders compensated': compensated,
    'sum of exposure': exposure,
    'sum of amounts held': exposure,
    'credit held': completed,
    'credit released': compensated,
    'credit refused': rejected,
    'sum of locked stock': locked,
    'stock locked': completed,
    'stock released': compensated,
    'contracts signed': completed,
    'contracts void': compensated,
    'shipments planned': completed,
    'shipments refused': compensated,
    'ledger rows': completed,
    'sum of ledger': exposure,
  };
}
