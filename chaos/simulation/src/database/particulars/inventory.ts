import type { Particular, Session } from '../definition.ts';
import { WRITTEN } from '../shapes.ts';
import type { Row } from '../tables.ts';
import { moves, reads } from './books.ts';
import { isDue, texts } from './cells.ts';

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

/** The tables of inventory. */
export const inventoryStatements: Readonly<Record<string, Particular>> = {
  ...reads(['inventory.load-levels', 'inventory.lock-levels'], { table: LEVELS, says: LEVELS_WANTED, rows: levelsOf }),
  'inventory.move-levels': moves({
    table: LEVELS, columns: LEVEL_MOVE, move: moveLevel,
    says: [
      'set on_hand = m.on_hand, safety_stock = m.safety_stock, reserved = l.reserved + m.reserved, suggested = m.suggested, changed_at = m.changed_at',
      'where l.sku = m.sku and l.warehouse = m.warehouse and l.changed_at = m.seen_changed_at and l.on_hand = m.seen_on_hand and l.suggested = m.seen_suggested and (l.reserved = m.seen_reserved or (not l.suggested and not m.suggested and m.on_hand - l.reserved - m.reserved >= m.safety_stock)) returning 1',
    ],
  }),
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
