// The books every peer writes, and each step of an order as one statement. All statements may be repeated by order id,
// and an undone step that is asked again, or is asked for the first time after its undoing, stays undone.
import { CREDIT_LIMIT, CUSTOMERS, SKUS } from './workload.mjs';

const SCHEMA = `
  CREATE TABLE credit (customer int PRIMARY KEY, credit_limit bigint NOT NULL, exposure bigint NOT NULL);
  CREATE TABLE credit_hold (order_id text PRIMARY KEY, customer int NOT NULL, amount bigint NOT NULL, status text NOT NULL);
  CREATE TABLE stock (sku int PRIMARY KEY, locked bigint NOT NULL);
  CREATE TABLE stock_lock (order_id text PRIMARY KEY, sku int NOT NULL, qty bigint NOT NULL, status text NOT NULL);
  CREATE TABLE contract (order_id text PRIMARY KEY, status text NOT NULL);
  CREATE TABLE shipment (order_id text PRIMARY KEY, region text NOT NULL, status text NOT NULL);
  CREATE TABLE ledger (order_id text PRIMARY KEY, amount bigint NOT NULL);
  CREATE TABLE orders (order_id text PRIMARY KEY, status text NOT NULL);
`;

const EMPTY = `
  TRUNCATE credit, credit_hold, stock, stock_lock, contract, shipment, ledger, orders;
  INSERT INTO credit SELECT customer, ${CREDIT_LIMIT}, 0 FROM generate_series(0, ${CUSTOMERS - 1}) customer;
  INSERT INTO stock SELECT sku, 0 FROM generate_series(0, ${SKUS - 1}) sku;
`;

// The account is locked first: the answer is exact among orders of one customer that are asked at the same time.
const HOLD_CREDIT = `
  WITH account AS (SELECT exposure + $3::bigint <= credit_limit AS within FROM credit WHERE customer = $2::int FOR UPDATE),
  hold AS (
    INSERT INTO credit_hold (order_id, customer, amount, status)
    SELECT $1::text, $2::int, $3::bigint, CASE WHEN within THEN 'held' ELSE 'refused' END FROM account
    ON CONFLICT (order_id) DO NOTHING RETURNING amount, status
  ),
  taken AS (UPDATE credit SET exposure = exposure + hold.amount FROM hold WHERE customer = $2::int AND hold.status = 'held')
  SELECT status FROM hold UNION ALL SELECT status FROM credit_hold WHERE order_id = $1::text`;

// What was never held leaves a released row of amount 0, so that a late hold finds it undone.
const RELEASE_CREDIT = `
  WITH account AS (SELECT customer FROM credit WHERE customer = $2::int FOR UPDATE),
  hold AS (
    INSERT INTO credit_hold AS known (order_id, customer, amount, status)
    SELECT $1::text, customer, 0, 'released' FROM account
    ON CONFLICT (order_id) DO UPDATE SET status = 'released' WHERE known.status = 'held' RETURNING amount
  )
  UPDATE credit SET exposure = exposure - hold.amount FROM hold WHERE customer = $2::int`;

const LOCK_STOCK = `
  WITH fresh AS (
    INSERT INTO stock_lock (order_id, sku, qty, status) VALUES ($1::text, $2::int, $3::bigint, 'locked')
    ON CONFLICT (order_id) DO NOTHING RETURNING qty
  )
  UPDATE stock SET locked = locked + fresh.qty FROM fresh WHERE sku = $2::int`;

const RELEASE_STOCK = `
  WITH ended AS (
    INSERT INTO stock_lock AS known (order_id, sku, qty, status) VALUES ($1::text, $2::int, 0, 'released')
    ON CONFLICT (order_id) DO UPDATE SET status = 'released' WHERE known.status = 'locked' RETURNING qty
  )
  UPDATE stock SET locked = locked - ended.qty FROM ended WHERE sku = $2::int`;

const SIGN_CONTRACT = `INSERT INTO contract (order_id, status) VALUES ($1, 'signed') ON CONFLICT (order_id) DO NOTHING`;

const VOID_CONTRACT = `
  INSERT INTO contract (order_id, status) VALUES ($1, 'void')
  ON CONFLICT (order_id) DO UPDATE SET status = 'void'`;

const PLAN_SHIPMENT = `
  INSERT INTO shipment (order_id, region, status)
  VALUES ($1::text, $2::text, CASE WHEN $2::text = 'XX' THEN 'refused' ELSE 'planned' END)
  ON CONFLICT (order_id) DO UPDATE SET status = shipment.status RETURNING status`;

const CONFIRM_FINANCE = 'INSERT INTO ledger (order_id, amount) VALUES ($1, $2) ON CONFLICT (order_id) DO NOTHING';

const FINISH_ORDER = 'INSERT INTO orders (order_id, status) VALUES ($1, $2) ON CONFLICT (order_id) DO NOTHING';

const HOLD_ATTEMPTS = 3;

/**
 * The steps of an order. `db` is a pool, where a step is a transaction of its own, or a client inside a transaction.
 * `holdCredit` answers 'held' or 'refused', `planShipment` answers 'planned' or 'refused'.
 */
export const steps = {
  holdCredit,
  releaseCredit: (db, { id, customer }) => run(db, 'release-credit', RELEASE_CREDIT, [id, customer]),
  lockStock: (db, { id, sku, qty }) => run(db, 'lock-stock', LOCK_STOCK, [id, sku, qty]),
  releaseStock: (db, { id, sku }) => run(db, 'release-stock', RELEASE_STOCK, [id, sku]),
  signContract: (db, { id }) => run(db, 'sign-contract', SIGN_CONTRACT, [id]),
  voidContract: (db, { id }) => run(db, 'void-contract', VOID_CONTRACT, [id]),
  planShipment: async (db, { id, region }) => (await run(db, 'plan-shipment', PLAN_SHIPMENT, [id, region]))[0].status,
  confirmFinance: (db, { id, amount }) => run(db, 'confirm-finance', CONFIRM_FINANCE, [id, amount]),
  finishOrder: (db, { id }, status) => run(db, 'finish-order', FINISH_ORDER, [id, status]),
};

/** Makes the tables in an empty database. */
export async function createBooks(pool) {
  await pool.query(SCHEMA);
  await emptyBooks(pool);
}

/** Back to no orders, no exposure and no locked stock. */
export async function emptyBooks(pool) {
  await pool.query(EMPTY);
}

async function holdCredit(db, { id, customer, amount }) {
  for (let attempt = 1; attempt <= HOLD_ATTEMPTS; attempt += 1) {
    const [hold] = await run(db, 'hold-credit', HOLD_CREDIT, [id, customer, amount]);
    if (hold) return hold.status;
    // the same order was being held beside us, and this statement began too early to see it
  }
  throw new Error(`no account for customer ${customer}`);
}

// named, hence prepared once a connection: the peers do not pay for planning again and again
async function run(db, name, text, values) {
  const { rows } = await db.query({ name, text, values });
  return rows;
}
