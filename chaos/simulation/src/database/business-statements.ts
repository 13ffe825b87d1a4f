import type { Lockable, Particular, Session } from './definition.ts';
import { pricingStatements } from './pricing-statements.ts';
import { unnest, WRITTEN } from './shapes.ts';
import type { Row, Table } from './tables.ts';

const texts = (value: unknown): readonly string[] => value as readonly string[];
const column = <Cell>(value: unknown): readonly Cell[] => value as readonly Cell[];

/** Rows whose moment has come, the longest waiting first, that nobody else has taken; taken from now on. */
function takeDue(session: Session, table: Table, [moment, isWanted]: readonly [string, (row: Row) => boolean], [now, limit]: readonly unknown[]): readonly Row[] {
  const due = [...session.rows(table)].filter((row) => isDue(row, moment, now) && isWanted(row)).sort((one, other) => Number(one[moment]) - Number(other[moment]));
  return due.filter((row) => session.lockNow({ table, key: table.keyOf(row) })).slice(0, Number(limit));
}

const isDue = (row: Row, moment: string, now: unknown): boolean => row[moment] !== null && row[moment] !== undefined && Number(row[moment]) <= Number(now);

const SAGAS = 'order_orchestrator.saga';

const sagas: Readonly<Record<string, Particular>> = {
  'saga.load-due': {
    says: ['where deadline <= $1 and definition = any($3::text[]) order by deadline limit $2 for update skip locked'],
    run: (session, values) => takeDue(session, session.table(SAGAS), ['deadline', (row) => texts(values[2]).includes(String(row['definition']))], values).map(({ state, version }) => ({ state, version })),
  },
  'saga.any-due': {
    says: ['select 1 from order_orchestrator.saga where deadline <= $1 and definition = any($2::text[]) limit 1'],
    run: (session, [now, definitions]) => [...session.rows(session.table(SAGAS))].some((row) => isDue(row, 'deadline', now) && texts(definitions).includes(String(row['definition']))) ? [{ due: 1 }] : [],
  },
  'saga.save': {
    says: ['where new.stored_version > 0 and s.order_id = new.order_id and s.version = new.stored_version returning 1', 'from new where stored_version = 0 on conflict do nothing returning 1'],
    lock: (session, [orders]): readonly Lockable[] => texts(orders).map((key) => ({ table: session.table(SAGAS), key })),
    run: (session, [orders, definitions, statuses, steps, states, versions, deadlines, starts, stored]) => texts(orders).flatMap((key, at) => {
      const table = session.table(SAGAS);
      const version = session.read(table, key)?.['version'] ?? 0;
      if (version !== column<number>(stored)[at]) return [];
      session.write(table, {
        order_id: key, definition: texts(definitions)[at], status: texts(statuses)[at], step: column(steps)[at] ?? null, state: texts(states)[at],
        version: column(versions)[at], deadline: column(deadlines)[at] ?? null, started_at: column(starts)[at],
      });
      return [{ saved: 1 }];
    }),
  },
};

const CASES = 'order_orchestrator.order_case';

/** Orders that nothing moves, or that ended with a person, and have no case yet. */
function isStuck(session: Session, saga: Row, before: unknown): boolean {
  const known = session.read(session.table(CASES), String(saga['order_id']));
  const isLate = isDue(saga, 'deadline', before) && !(known && (known['status'] !== 'closed' || Number(known['closed_at']) >= Number(saga['deadline'])));
  return isLate || (saga['status'] === 'manual' && !known);
}

function hasGoneOn(session: Session, one: Row, stuckBefore: unknown): boolean {
  const saga = session.read(session.table(SAGAS), String(one['order_id']));
  return one['kind'] === 'stuck' && one['status'] === 'open' && saga !== undefined && !isDue(saga, 'deadline', stuckBefore);
}

/** The rows of one table that are wanted and that nobody else has taken, by order. */
function takeWanted(session: Session, name: string, isWanted: (row: Row) => boolean, limit: unknown): readonly Row[] {
  const table = session.table(name);
  const wanted = [...session.rows(table)].filter(isWanted).sort((one, other) => (table.keyOf(one) < table.keyOf(other) ? -1 : 1));
  return wanted.filter((row) => session.lockNow({ table, key: table.keyOf(row) })).slice(0, Number(limit));
}

const cases: Readonly<Record<string, Particular>> = {
  'saga.load-stuck': {
    says: [
      `where (s.deadline <= $1 and not exists (select from order_orchestrator.order_case c where c.order_id = s.order_id and (c.status <> 'closed' or c.closed_at >= s.deadline))) or (s.status = 'manual' and not exists (select from order_orchestrator.order_case c where c.order_id = s.order_id))`,
      'order by order_id limit $2 for update skip locked',
    ],
    run: (session, [before, limit]) => takeWanted(session, SAGAS, (saga) => isStuck(session, saga, before), limit),
  },
  'case.load-gone-on': {
    says: [`where c.kind = 'stuck' and c.status = 'open' and exists (select from order_orchestrator.saga s where s.order_id = c.order_id and (s.deadline is null or s.deadline > $1))`, 'limit $2 for update skip locked'],
    run: (session, [stuckBefore, limit]) => takeWanted(session, CASES, (one) => hasGoneOn(session, one, stuckBefore), limit),
  },
  // only metrics come of it
  'saga.count': { says: [`select 'orders' as what, coalesce(step, '') as step`], run: () => [] },
};

const ACCOUNTS = 'credit.account';
const RECEIVABLES = 'credit.receivable';

const ACCOUNTS_WANTED = ['select unnest($1::text[]) union select customer_id from credit.hold where order_id = any($2::text[]) union select customer_id from credit.receivable where receivable_id = any($3::text[])))', 'order by customer_id'];
const accountsWanted: Particular['run'] = (session, values) => customersOf(session, values).map((key) => session.read(session.table(ACCOUNTS), key)).filter((row) => row !== undefined);

const credit: Readonly<Record<string, Particular>> = {
  'credit.load-accounts': { says: ACCOUNTS_WANTED, run: accountsWanted },
  'credit.lock-accounts': {
    says: [...ACCOUNTS_WANTED, 'for update'],
    lock: (session, values) => customersOf(session, values).map((key) => ({ table: session.table(ACCOUNTS), key })),
    run: accountsWanted,
  },
  'credit.move-accounts': {
    says: [
      'set owed = a.owed + m.owed, held = a.held + m.held, credit_limit = m.credit_limit, limit_changed_at = m.limit_changed_at',
      'where a.customer_id = m.customer_id and a.limit_changed_at is not distinct from m.seen_limit_changed_at and ((a.owed = m.seen_owed and a.held = m.seen_held) or a.owed + m.owed + a.held + m.held <= a.credit_limit) returning 1',
    ],
    lock: (session, [customers]) => texts(customers).map((key) => ({ table: session.table(ACCOUNTS), key })),
    run: (session, values) => unnest(ACCOUNT_MOVE, values).flatMap((move) => moveAccount(session, move)),
  },
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

const ACCOUNT_MOVE = ['customer_id', 'credit_limit', 'limit_changed_at', 'owed', 'held', 'seen_limit_changed_at', 'seen_owed', 'seen_held'];
const big = (value: unknown): bigint => BigInt(String(value));

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

const LEVELS = 'inventory.level';
const LOCKS = 'inventory.stock_lock';
const LINES = 'inventory.lock_line';

const LEVELS_WANTED = ['select unnest($1::text[]) union select sku from inventory.lock_line where order_id = any($2::text[])', 'order by sku, warehouse'];
const LEVEL_MOVE = ['sku', 'warehouse', 'on_hand', 'safety_stock', 'reserved', 'suggested', 'changed_at', 'seen_on_hand', 'seen_reserved', 'seen_suggested', 'seen_changed_at'];

function moveLevel(session: Session, move: Row): readonly Row[] {
  const table = session.table(LEVELS);
  const level = session.read(table, table.keyOf(move));
  if (!level || level['changed_at'] !== move['seen_changed_at'] || level['on_hand'] !== move['seen_on_hand'] || level['suggested'] !== move['seen_suggested']) return [];
  const reserved = Number(level['reserved']) + Number(move['reserved']);
  const isAmple = level['suggested'] === false && move['suggested'] === false && Number(move['on_hand']) - reserved >= Number(move['safety_stock']);
  if (level['reserved'] !== move['seen_reserved'] && !isAmple) return [];
  const { on_hand: onHand, safety_stock: safetyStock, suggested, changed_at: changedAt } = move;
  session.write(table, { ...level, on_hand: onHand, safety_stock: safetyStock, reserved, suggested, changed_at: changedAt });
  return [WRITTEN];
}

const inventory: Readonly<Record<string, Particular>> = {
  'inventory.load-levels': { says: LEVELS_WANTED, run: levelsOf },
  'inventory.move-levels': {
    says: [
      'set on_hand = m.on_hand, safety_stock = m.safety_stock, reserved = l.reserved + m.reserved, suggested = m.suggested, changed_at = m.changed_at',
      'where l.sku = m.sku and l.warehouse = m.warehouse and l.changed_at = m.seen_changed_at and l.on_hand = m.seen_on_hand and l.suggested = m.seen_suggested and (l.reserved = m.seen_reserved or (not l.suggested and not m.suggested and m.on_hand - l.reserved - m.reserved >= m.safety_stock)) returning 1',
    ],
    lock: (session, values) => unnest(LEVEL_MOVE, values).map((move) => ({ table: session.table(LEVELS), key: session.table(LEVELS).keyOf(move) })),
    run: (session, values) => unnest(LEVEL_MOVE, values).flatMap((move) => moveLevel(session, move)),
  },
  'inventory.lock-levels': {
    says: [...LEVELS_WANTED, 'for update'],
    lock: (session, values) => levelsOf(session, values).map((row) => ({ table: session.table(LEVELS), key: session.table(LEVELS).keyOf(row) })),
    run: levelsOf,
  },
  'inventory.load-locks': {
    says: ['from inventory.lock_line where lock_line.order_id = stock_lock.order_id and lock_line.revision = stock_lock.revision) as lines from inventory.stock_lock where order_id = any($1::text[])'],
    run: (session, [orders]) => texts(orders).flatMap((key) => {
      const row = session.read(session.table(LOCKS), key);
      if (!row) return [];
      const lines = linesOf(session, new Set([key])).filter(({ revision }) => revision === row['revision']).sort((one, other) => Number(one['line_no']) - Number(other['line_no']));
      return [{ ...row, lines: lines.map(({ sku, warehouse, quantity }) => ({ sku, warehouse, quantity })) }];
    }),
  },
  'inventory.expired-locks': {
    says: [`where status = 'locked' and expires_at <= $1 order by expires_at, order_id limit $2`],
    run: (session, [now, limit]) => [...session.rows(session.table(LOCKS))]
      .filter((row) => row['status'] === 'locked' && isDue(row, 'expires_at', now))
      .sort((one, other) => Number(one['expires_at']) - Number(other['expires_at']) || (String(one['order_id']) < String(other['order_id']) ? -1 : 1))
      .slice(0, Number(limit)).map(({ order_id: id }) => ({ order_id: id })),
  },
};

function linesOf(session: Session, orders: ReadonlySet<string>): Row[] {
  return [...session.rows(session.table(LINES))].filter((row) => orders.has(String(row['order_id'])));
}

function levelsOf(session: Session, [skus, orders]: readonly unknown[]): readonly Row[] {
  const behind = texts(orders).length === 0 ? [] : linesOf(session, new Set(texts(orders))).map((row) => String(row['sku']));
  const wanted = new Set([...texts(skus), ...behind]);
  const table = session.table(LEVELS);
  return [...session.rows(table)].filter((row) => wanted.has(String(row['sku']))).sort((one, other) => (table.keyOf(one) < table.keyOf(other) ? -1 : 1));
}

const CONTRACTS = 'contract.contract';
const FACTS = 'erp_adapter.fact';
const POSITIONS = 'erp_adapter.list_position';

const partners: Readonly<Record<string, Particular>> = {
  'contract.find-by-flows': {
    says: ['from contract.contract where sign_flow_id = any($1::text[])'],
    run: (session, [flows]) => [...session.rows(session.table(CONTRACTS))].filter((row) => Array.isArray(flows) && flows.includes(row['sign_flow_id'])),
  },
  'contract.due-for-check': {
    says: ['where next_check_at <= $1 order by next_check_at limit $2 for update skip locked'],
    run: (session, values) => takeDue(session, session.table(CONTRACTS), ['next_check_at', () => true], values),
  },
  'contract.any-due-for-check': {
    says: ['select exists (select from contract.contract where next_check_at <= $1) as due'],
    run: (session, [now]) => [{ due: [...session.rows(session.table(CONTRACTS))].some((row) => isDue(row, 'next_check_at', now)) }],
  },
  'erp-adapter.position': {
    says: ['select position from erp_adapter.list_position where kind = $1'],
    run: (session, [kind]) => [session.read(session.table(POSITIONS), String(kind))].filter((row) => row !== undefined),
  },
  'erp-adapter.load-facts': {
    says: ['select content from erp_adapter.fact where kind = $1 and key = any($2::text[]) order by key for update'],
    lock: (session, [kind, keys]) => texts(keys).map((key) => ({ table: session.table(FACTS), key: `${String(kind)}|${key}` })).filter(({ table, key }) => session.read(table, key) !== undefined),
    run: (session, [kind, keys]) => texts(keys).flatMap((key) => {
      const row = session.read(session.table(FACTS), `${String(kind)}|${key}`);
      return row ? [{ content: JSON.parse(String(row['content'])) as unknown }] : [];
    }),
  },
  'erp-adapter.move-to': {
    says: ['on conflict (kind) do update set position = greatest(list_position.position, excluded.position)'],
    lock: (session, [kind]) => [{ table: session.table(POSITIONS), key: String(kind) }],
    run: (session, [kind, position]) => {
      const table = session.table(POSITIONS);
      const before = session.read(table, String(kind))?.['position'];
      const after = BigInt(String(position));
      session.write(table, { kind, position: typeof before === 'bigint' && before > after ? before : after });
      return [];
    },
  },
};

const people: Readonly<Record<string, Particular>> = {
  // only metrics come of it
  'approvals.count-tasks': { says: ['select role, count(*) as waiting'], run: () => [] },
  'approvals.due-orders': {
    says: [`from approvals.task where status = 'open' and least(remind_at, escalate_at, deadline) <= $1 group by order_id order by min(least(remind_at, escalate_at, deadline)), order_id limit $2`],
    run: (session, [now, limit]) => {
      const nextOf = (row: Row): number => Math.min(...['remind_at', 'escalate_at', 'deadline'].map((moment) => Number(row[moment] ?? Infinity)));
      const open = [...session.rows(session.table('approvals.task'))].filter((row) => row['status'] === 'open' && nextOf(row) <= Number(now));
      const orders = new Set(open.sort((one, other) => nextOf(one) - nextOf(other)).map((row) => String(row['order_id'])));
      return [...orders].slice(0, Number(limit)).map((id) => ({ order_id: id }));
    },
  },
  'rulebook.save-live': {
    says: ['on conflict (service, point) do update set version = excluded.version, hash = excluded.hash where live.version < excluded.version'],
    lock: (session, [services, points]) => column<string>(services).map((service, at) => ({ table: session.table('rulebook.live'), key: `${service}|${column<string>(points)[at] ?? ''}` })),
    run: (session, [services, points, versions, hashes]) => {
      const table = session.table('rulebook.live');
      for (const [at, service] of column<string>(services).entries()) {
        const [point, version, hash] = [column<string>(points)[at], column<number>(versions)[at] ?? 0, column<string>(hashes)[at]];
        const row = { service, point, version, hash };
        if (Number(session.read(table, table.keyOf(row))?.['version'] ?? 0) < version) session.write(table, row);
      }
      return [];
    },
  },
  // nobody has other rules decide silently here
  'rulebook.live': {
    says: ['select service, point, hash, null as shadow_id, null as until from rulebook.live where service = any($1::text[])', 'from rulebook.shadow where service = any($1::text[]) and ended_because is null'],
    run: (session, [services]) => [...session.rows(session.table('rulebook.live'))].filter(({ service }) => texts(services).includes(String(service)))
      .map(({ service, point, hash }) => ({ service, point, hash, shadow_id: null, until: null })),
  },
  'rulebook.shadow-news': { says: ['from rulebook.shadow s where service = $1 and (not is_told or exists'], run: () => [] },
  // nobody puts other rules to past decisions here
  'rulebook.next-simulation': { says: ['from rulebook.simulation where service = $1 and not is_done'], run: () => [] },
  // nobody reconciles here: no partner's lists are simulated
  'finance.reconciliation': { says: ['from finance.reconciliation_run', 'from finance.difference'], run: () => [{ run: null, last_started_at: null, open: 0n }] },
  'finance.open-series': {
    says: ['insert into finance.series_end (series, last_entry_no) select unnest($1::integer[]), 0 on conflict do nothing'],
    lock: (session, [series]) => column<number>(series).map((key) => ({ table: session.table('finance.series_end'), key: String(key) })),
    run: (session, [series]) => {
      const table = session.table('finance.series_end');
      for (const one of column<number>(series)) if (!session.read(table, String(one))) session.write(table, { series: one, last_entry_no: 0n });
      return [];
    },
  },
};

/** The tables of the services, where a statement is more than rows by key or rows from arrays. */
export const businessStatements: Readonly<Record<string, Particular>> = { ...sagas, ...cases, ...credit, ...inventory, ...partners, ...people, ...pricingStatements };
