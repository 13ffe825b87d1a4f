import type { StockLockLine } from '@order-mesh/contracts';
import { MeshError, type Instant } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { addOrChange, expectAll, identityMap, locksFirst, query, type Change, type ChangeOfKnown } from '@order-mesh/platform';
import type { Level, Shelf } from '../domain/level.ts';
import type { Lock } from '../domain/lock.ts';
import type { StockBook, StockKeys } from '../usecases/ports.ts';

/** The stock book in PostgreSQL, schema `inventory`. */
export const pgStockBook: StockBook = {
  async load(tx, keys) {
    await shelves.arrived(tx);
    const unseen: StockKeys = { skus: shelves.unseen(tx, keys.skus), orderIds: locks.unseen(tx, keys.orderIds) };
    if (unseen.skus.length + unseen.orderIds.length > 0) await adoptPages(tx, unseen);
    const seenLocks = locks.seen(tx, keys.orderIds);
    const behind = [...seenLocks.values()].flatMap((lock) => ('lines' in lock ? lock.lines.map(({ sku }) => sku) : []));
    return { shelves: shelves.seen(tx, [...keys.skus, ...behind]), locks: seenLocks };
  },
  async save(tx, changes) {
    shelves.write(tx, changes.shelves.map((shelf) => [shelf.sku, shelf]));
    locks.write(tx, changes.locks.map((lock) => [lock.orderId, lock]));
  },
  async expired(tx, now, atMost) {
    await locks.flush(tx);
    const rows = await query<{ readonly order_id: string }>(tx, {
      name: 'inventory.expired-locks',
      text: `select order_id from inventory.stock_lock where status = 'locked' and expires_at <= $1 order by expires_at, order_id limit $2`,
      values: [new Date(now), atMost],
    });
    return rows.map((row) => row.order_id);
  },
};

/** Reads the shelves of what is only being ordered. */
export const readStockAhead: ReadAhead = (batch, tx) => {
  const placed = ordersPlacedIn(batch);
  const keys = { skus: placed.flatMap(({ lines }) => lines.map(({ sku }) => sku)), orderIds: placed.map(({ orderId }) => orderId) };
  shelves.ahead(tx, pgStockBook.load(tx, keys));
};

const shelves = identityMap<Shelf>((tx, changes) =>
  saveLevels(tx, changes.flatMap(levelChanges).sort((one, other) => (placeOf(one.row) < placeOf(other.row) ? -1 : 1))), { when: { lastAs: 'inventory.level' } });
const locks = identityMap<Lock>(async (tx, changes) => {
  const lines = changes.flatMap(({ row, passed }) => linesOf([row, ...passed].find(({ status }) => status === 'locked')));
  await Promise.all([saveLocks(tx, changes), lines.length > 0 && saveLines(tx, lines)]);
}, { when: 'commit', keepsPassed: true });

function linesOf(lock: Lock | undefined): readonly Line[] {
  return lock?.status === 'locked' ? lock.lines.map((line, index) => ({ ...line, orderId: lock.orderId, revision: lock.revision, lineNo: index + 1 })) : [];
}

async function adoptPages(tx: Transaction, keys: StockKeys): Promise<void> {
  // Where rows are locked that comes first: whatever is read after can no longer change under us. PostgreSQL takes the statements in this order.
  const [foundShelves, foundLocks] = await Promise.all([loadShelves(tx, keys), loadLocks(tx, keys.orderIds)]);
  shelves.adopt(tx, [...keys.skus, ...foundShelves.keys()], foundShelves);
  locks.adopt(tx, keys.orderIds, foundLocks);
}

interface LevelRow {
  readonly sku: string;
  readonly warehouse: string;
  readonly on_hand: number;
  readonly safety_stock: number;
  readonly reserved: number;
  readonly suggested: boolean;
  readonly changed_at: Instant;
}

async function loadShelves(tx: Transaction, keys: StockKeys): Promise<ReadonlyMap<string, Shelf>> {
  const lock = locksFirst(tx);
  const rows = await query<LevelRow>(tx, {
    name: lock ? 'inventory.lock-levels' : 'inventory.load-levels',
    text: `select sku, warehouse, on_hand, safety_stock, reserved, suggested, changed_at from inventory.level
      where sku = any(array(
        select unnest($1::text[])
        union select sku from inventory.lock_line where order_id = any($2::text[])))
      order by sku, warehouse${lock ? ' for update' : ''}`,
    values: [keys.skus, keys.orderIds],
  });
  const shelves = new Map<string, Level[]>();
  for (const row of rows) {
    const levels = shelves.get(row.sku);
    if (levels) levels.push(levelOf(row));
    else shelves.set(row.sku, [levelOf(row)]);
  }
  return new Map([...shelves].map(([sku, levels]) => [sku, { sku, levels }]));
}

const levelOf = (row: LevelRow): Level => ({
  sku: row.sku, warehouse: row.warehouse, onHand: row.on_hand, safetyStock: row.safety_stock,
  reserved: row.reserved, suggested: row.suggested, changedAt: row.changed_at,
});

function levelChanges({ row, stored }: Change<Shelf>): readonly Change<Level>[] {
  const before = new Map(stored?.levels.map((level) => [level.warehouse, level]));
  return row.levels.flatMap((level) => {
    const known = before.get(level.warehouse);
    return known === level ? [] : [{ row: level, stored: known, passed: [] }];
  });
}

const placeOf = ({ sku, warehouse }: Level): string => `${sku}\0${warehouse}`;

const openLevels = (tx: Transaction, opened: readonly Change<Level>[]): Promise<unknown> => query(tx, {
  name: 'inventory.open-levels',
  text: expectAll(`insert into inventory.level (sku, warehouse, on_hand, safety_stock, reserved, suggested, changed_at)
    select * from unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::integer[], $6::boolean[], $7::timestamptz[]) on conflict do nothing returning 1`, '$8'),
  values: [...levelColumns(opened.map(({ row }) => row)), opened.length],
});

const moveLevels = (tx: Transaction, moves: readonly ChangeOfKnown<Level>[]): Promise<unknown> => query(tx, {
  name: 'inventory.move-levels',
  text: expectAll(`update inventory.level l
    set on_hand = m.on_hand, safety_stock = m.safety_stock, reserved = l.reserved + m.reserved, suggested = m.suggested, changed_at = m.changed_at
    from unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::integer[], $6::boolean[], $7::timestamptz[],
        $8::integer[], $9::integer[], $10::boolean[], $11::timestamptz[])
      m(sku, warehouse, on_hand, safety_stock, reserved, suggested, changed_at, seen_on_hand, seen_reserved, seen_suggested, seen_changed_at)
    where l.sku = m.sku and l.warehouse = m.warehouse and l.changed_at = m.seen_changed_at and l.on_hand = m.seen_on_hand and l.suggested = m.seen_suggested
      and (l.reserved = m.seen_reserved or (not l.suggested and not m.suggested and m.on_hand - l.reserved - m.reserved >= m.safety_stock))
    returning 1`, '$12'),
  values: [
    ...levelColumns(moves.map(({ row, stored }) => ({ ...row, reserved: row.reserved - stored.reserved }))),
    moves.map(({ stored }) => stored.onHand), moves.map(({ stored }) => stored.reserved), moves.map(({ stored }) => stored.suggested),
    moves.map(({ stored }) => new Date(stored.changedAt)), moves.length,
  ],
});

const levelColumns = (levels: readonly Level[]): unknown[] => [
  levels.map(({ sku }) => sku), levels.map(({ warehouse }) => warehouse), levels.map(({ onHand }) => onHand), levels.map(({ safetyStock }) => safetyStock),
  levels.map(({ reserved }) => reserved), levels.map(({ suggested }) => suggested), levels.map(({ changedAt }) => new Date(changedAt)),
];

/**
 * Adds to levels what was decided about them, without having locked them. A level that others have changed since it was read takes the sum all the same while it stays at or above
 * its safety stock: everybody would have promised the same, and nobody suggested a purchase. Else the transaction fails, and is tried again with locks.
 */
const saveLevels = addOrChange(openLevels, moveLevels);

interface LockRow {
  readonly order_id: string;
  readonly status: Lock['status'];
  readonly expires_at: Instant | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly revision: number;
  readonly lines: readonly StockLockLine[];
}

async function loadLocks(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Lock>> {
  if (orderIds.length === 0) return new Map();
  const rows = await query<LockRow>(tx, {
    name: 'inventory.load-locks',
    text: `select order_id, status, expires_at, reason, detail, revision, (
        select coalesce(jsonb_agg(jsonb_build_object('sku', sku, 'warehouse', warehouse, 'quantity', quantity) order by line_no), '[]')
        from inventory.lock_line where lock_line.order_id = stock_lock.order_id and lock_line.revision = stock_lock.revision) as lines
      from inventory.stock_lock where order_id = any($1::text[])`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, lockOf(row)]));
}

function lockOf({ order_id: orderId, status, expires_at: expiresAt, reason, detail, revision, lines }: LockRow): Lock {
  if (status === 'released') return { status, orderId };
  if (status === 'committed' || status === 'expired') return { status, orderId, lines, revision };
  if (status === 'locked' && expiresAt !== null) return { status, orderId, lines, expiresAt, revision };
  if (status === 'refused' && reason !== null && detail !== null) return { status, orderId, reason, detail, revision };
  throw new MeshError('BROKEN_PROMISE', { advice: `stock lock of order ${orderId} lacks what a ${status} lock must have` });
}

const addLocks = (tx: Transaction, changes: readonly Change<Lock>[]): Promise<unknown> => query(tx, {
  name: 'inventory.add-locks',
  text: expectAll(`insert into inventory.stock_lock (order_id, status, expires_at, reason, detail, revision)
    select * from unnest(${LOCK_ARRAYS}) on conflict do nothing returning 1`, '$7'),
  values: [...lockColumns(changes), changes.length],
});

const changeLocks = (tx: Transaction, changes: readonly ChangeOfKnown<Lock>[]): Promise<unknown> => query(tx, {
  name: 'inventory.change-locks',
  text: expectAll(`update inventory.stock_lock known set status = c.status, expires_at = c.expires_at, reason = c.reason, detail = c.detail, revision = c.revision, changed_at = now()
    from unnest(${LOCK_ARRAYS}, $7::text[], $8::integer[]) c(order_id, status, expires_at, reason, detail, revision, was, was_revision)
    where known.order_id = c.order_id and known.status = c.was and known.revision = c.was_revision returning 1`, '$9'),
  values: [...lockColumns(changes), changes.map(({ stored }) => stored.status), changes.map(({ stored }) => revisionOf(stored)), changes.length],
});

const LOCK_ARRAYS = '$1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::integer[]';

function lockColumns(changes: readonly Change<Lock>[]): unknown[] {
  const locks = changes.map(({ row }) => row);
  const refused = locks.map((lock) => (lock.status === 'refused' ? lock : undefined));
  return [
    locks.map(({ orderId }) => orderId), locks.map(({ status }) => status), locks.map((lock) => (lock.status === 'locked' ? new Date(lock.expiresAt) : null)),
    refused.map((lock) => lock?.reason ?? null), refused.map((lock) => lock?.detail ?? null), locks.map(revisionOf),
  ];
}

const revisionOf = (lock: Lock): number => (lock.status === 'released' ? 0 : lock.revision);

/** A lock is written only where its status and revision are still those that were read. */
const saveLocks = addOrChange(addLocks, changeLocks);

interface Line extends StockLockLine {
  readonly orderId: string;
  readonly revision: number;
  readonly lineNo: number;
}

// Lines are written once: a revision of an order is locked at most once in its life.
async function saveLines(tx: Transaction, lines: readonly Line[]): Promise<void> {
  await query(tx, {
    name: 'inventory.save-lines',
    text: `insert into inventory.lock_line (order_id, revision, line_no, sku, warehouse, quantity)
      select * from unnest($1::text[], $2::integer[], $3::integer[], $4::text[], $5::text[], $6::integer[])
      on conflict (order_id, revision, line_no) do nothing`,
    values: [
      lines.map(({ orderId }) => orderId), lines.map(({ revision }) => revision), lines.map(({ lineNo }) => lineNo), lines.map(({ sku }) => sku),
      lines.map(({ warehouse }) => warehouse), lines.map(({ quantity }) => quantity),
    ],
  });
}
