import type { Particular, Session } from '../definition.ts';
import { WRITTEN } from '../shapes.ts';
import type { Row } from '../tables.ts';
import { moves, reads } from './books.ts';
import { big, texts } from './cells.ts';

const ACCOUNTS = 'credit.account';
const RECEIVABLES = 'credit.receivable';

const ACCOUNT_MOVE = ['customer_id', 'credit_limit', 'limit_changed_at', 'owed', 'held', 'seen_limit_changed_at', 'seen_owed', 'seen_held'];
const ACCOUNTS_WANTED = ['select unnest($1::text[]) union select customer_id from credit.hold where order_id = any($2::text[]) union select customer_id from credit.receivable where receivable_id = any($3::text[])))', 'order by customer_id'];
const accountsWanted: Particular['run'] = (session, values) => customersOf(session, values).map((key) => session.read(session.table(ACCOUNTS), key)).filter((row) => row !== undefined);

/** The tables of credit. */
export const creditStatements: Readonly<Record<string, Particular>> = {
  ...reads(['credit.load-accounts', 'credit.lock-accounts'], { table: ACCOUNTS, says: ACCOUNTS_WANTED, rows: accountsWanted }),
  'credit.move-accounts': moves({
    table: ACCOUNTS, columns: ACCOUNT_MOVE, move: moveAccount,
    says: [
      'set owed = a.owed + m.owed, held = a.held + m.held, credit_limit = m.credit_limit, limit_changed_at = m.limit_changed_at',
      'where a.customer_id = m.customer_id and a.limit_changed_at is not distinct from m.seen_limit_changed_at and ((a.owed = m.seen_owed and a.held = m.seen_held) or a.owed + m.owed + a.held + m.held <= a.credit_limit) returning 1',
    ],
  }),
  'credit.histories': {
    says: ['order_id <> all($2::text[]) order by started_at desc limit 1000', 'where customer_id = customer.id order by due_at desc limit 1000'],
    run: (session, [customers, orders, today]) => texts(customers).map((id) => historyOf(session, id, [texts(orders), Number(today)])),
  },
  'credit.oldest-dues': {
    says: ['where customer_id = customer.id and open > 0 order by due_at limit 1'],
    run: (session, [customers]) => texts(customers).flatMap((id) => {
      const dues = [...session.rows(session.table(RECEIVABLES))].filter((row) => row['customer_id'] === id && BigInt(String(row['open'])) > 0n).map((row) => Number(row['due_at']));
      return dues.length === 0 ? [] : [{ customer_id: id, due_at: Math.min(...dues) }];
    }),
  },
};

function historyOf(session: Session, id: string, [orders, today]: readonly [readonly string[], number]): Row {
  const ordered = [...session.rows(session.table('credit.hold'))].filter((row) => row['customer_id'] === id && !orders.includes(String(row['order_id'])));
  const confirmed = ordered.filter(({ status }) => status === 'confirmed' || status === 'invoiced');
  const owed = [...session.rows(session.table(RECEIVABLES))].filter((row) => row['customer_id'] === id);
  const late = owed.filter((row) => big(row['open']) > 0n && Number(row['due_at']) < today);
  const sum = (rows: readonly Row[], column: string): bigint => rows.reduce((total, row) => total + big(row[column]), 0n);
  return {
    customer_id: id, orders_confirmed: confirmed.length, amount_confirmed: sum(confirmed, 'amount'), orders_refused: ordered.filter(({ status }) => status === 'refused').length,
    receivables: owed.length, paid: owed.filter((row) => big(row['open']) <= 0n).length, overdue: sum(late, 'open'),
  };
}


function moveAccount(session: Session, move: Row): readonly Row[] {
  const table = session.table(ACCOUNTS);
  const account = session.read(table, String(move['customer_id']));
  if (!account || account['limit_changed_at'] !== move['seen_limit_changed_at']) return [];
  const [owed, held] = [big(account['owed']) + big(move['owed']), big(account['held']) + big(move['held'])];
  const isAsSeen = account['owed'] === move['seen_owed'] && account['held'] === move['seen_held'];
  const limit = account['credit_limit'];
  if (!isAsSeen && (limit === null || owed + held > big(limit))) return [];
  session.write(table, { ...account, owed, held, credit_limit: move['credit_limit'], limit_changed_at: move['limit_changed_at'] });
  return [WRITTEN];
}

function customersOf(session: Session, [customers, orders, receivables]: readonly unknown[]): readonly string[] {
  const behind = (name: string, keys: unknown) => texts(keys).flatMap((key) => {
    const customer = session.read(session.table(name), key)?.['customer_id'];
    return typeof customer === 'string' ? [customer] : [];
  });
  const found = new Set([...texts(customers), ...behind('credit.hold', orders), ...behind(RECEIVABLES, receivables)]);
  return [...found].filter((key) => session.read(session.table(ACCOUNTS), key) !== undefined).sort();
}
