import type { Particular, Session } from '../definition.ts';
import { WRITTEN } from '../shapes.ts';
import type { Row } from '../tables.ts';
import { moves, reads } from './books.ts';
import { big, texts } from './cells.ts';

const CUSTOMERS = 'pricing.customer';
const BUDGETS = 'pricing.budget';

const WANTED = ['select unnest($1::text[]) union select customer_id from pricing.quote where order_id = any($2::text[])))', 'order by customer_id'];
const CUSTOMER_MOVE = ['customer_id', 'is_named', 'has_history', 'orders', 'amount', 'first_order', 'moves_first', 'seen_first_order', 'seen_orders', 'seen_history'];
const BUDGET_MOVE = ['rule', 'budget', 'spent', 'is_stopped', 'seen_spent', 'seen_stopped'];

function customersOf(session: Session, [customers, orders]: readonly unknown[]): readonly string[] {
  const behind = texts(orders).map((key) => session.read(session.table('pricing.quote'), key)?.['customer_id']).filter((id) => typeof id === 'string');
  return [...new Set([...texts(customers), ...behind])].filter((key) => session.read(session.table(CUSTOMERS), key) !== undefined).sort();
}

const wanted: Particular['run'] = (session, values) => customersOf(session, values).map((key) => session.read(session.table(CUSTOMERS), key)).filter((row) => row !== undefined);

function moveCustomer(session: Session, move: Row): readonly Row[] {
  const table = session.table(CUSTOMERS);
  const known = session.read(table, String(move['customer_id']));
  if (!known) return [];
  const isAsSeen = known['first_order'] === move['seen_first_order'] && known['orders'] === move['seen_orders'] && known['has_history'] === move['seen_history'];
  if (move['moves_first'] === true && !isAsSeen) return [];
  session.write(table, {
    ...known, is_named: known['is_named'] === true || move['is_named'] === true, has_history: known['has_history'] === true || move['has_history'] === true,
    orders: Number(known['orders']) + Number(move['orders']), amount: big(known['amount']) + big(move['amount']), first_order: move['moves_first'] === true ? move['first_order'] : known['first_order'],
  });
  return [WRITTEN];
}

function moveBudget(session: Session, move: Row): readonly Row[] {
  const table = session.table(BUDGETS);
  const known = session.read(table, String(move['rule']));
  if (!known || known['is_stopped'] !== move['seen_stopped']) return [];
  const spent = big(known['spent']) + big(move['spent']);
  const goesOn = move['is_stopped'] === false && move['seen_stopped'] === false;
  const hasRoom = big(move['spent']) <= 0n || big(move['budget']) === 0n || spent <= big(move['budget']);
  if (big(known['spent']) !== big(move['seen_spent']) && !(goesOn && hasRoom)) return [];
  session.write(table, { ...known, budget: move['budget'], spent, is_stopped: move['is_stopped'] });
  return [WRITTEN];
}

const budgetsOf = (session: Session): readonly Row[] => [...session.rows(session.table(BUDGETS))].sort((one, other) => (String(one['rule']) < String(other['rule']) ? -1 : 1));

/** The tables of pricing. */
export const pricingStatements: Readonly<Record<string, Particular>> = {
  ...reads(['pricing.load-customers', 'pricing.lock-customers'], { table: CUSTOMERS, says: WANTED, rows: wanted }),
  'pricing.move-customers': moves({
    table: CUSTOMERS, columns: CUSTOMER_MOVE, move: moveCustomer,
    says: [
      'set is_named = c.is_named or m.is_named, has_history = c.has_history or m.has_history, orders = c.orders + m.orders, amount = c.amount + m.amount, first_order = case when m.moves_first then m.first_order else c.first_order end',
      'and (not m.moves_first or (c.first_order is not distinct from m.seen_first_order and c.orders = m.seen_orders and c.has_history = m.seen_history)) returning 1',
    ],
  }),
  'pricing.load-budgets': { says: ['from pricing.budget order by rule'], run: budgetsOf },
  'pricing.lock-budgets': {
    says: ['from pricing.budget order by rule for update'],
    lock: (session) => budgetsOf(session).map(({ rule }) => ({ table: session.table(BUDGETS), key: String(rule) })),
    run: budgetsOf,
  },
  'pricing.move-budgets': moves({
    table: BUDGETS, columns: BUDGET_MOVE, move: moveBudget,
    says: [
      'set budget = m.budget, spent = b.spent + m.spent, is_stopped = m.is_stopped',
      'where b.rule = m.rule and b.is_stopped = m.seen_stopped and (b.spent = m.seen_spent or (not m.is_stopped and not m.seen_stopped and (m.spent <= 0 or m.budget = 0 or b.spent + m.spent <= m.budget))) returning 1',
    ],
  }),
};
