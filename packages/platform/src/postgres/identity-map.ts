import type { Transaction } from '@order-mesh/messaging';
import { beforeCommit, lastOfAll } from './sql-transaction.ts';

/** What a transaction made of one row. */
export interface Change<Row> {
  readonly row: Row;
  /** As it stands in the table; absent where there is none. */
  readonly stored: Row | undefined;
  /** What it was in between, last first: never written, but a column may want to keep something of it. Only the first of it, which tells what was decided on, unless `keepsPassed`. */
  readonly passed: readonly Row[];
}

/**
 * The rows of one table as one transaction sees them: each is read once, and written when it is decided, not once a message. Sound because rows are read with a lock, or written only where they have not changed (`expectAll`). A statement that reads the table by other means calls `flush` first.
 */
export interface IdentityMap<Row> {
  /** The rows of these keys; `load` is asked for those this transaction has not seen yet. Absent rows are left out. */
  read(tx: Transaction, keys: readonly string[], load: (missing: readonly string[]) => Promise<ReadonlyMap<string, Row>>): Promise<ReadonlyMap<string, Row>>;
  /** Has later readers wait for rows that are on their way, instead of asking for them again. */
  ahead(tx: Transaction, loading: Promise<unknown>): void;
  /** Resolves when nothing is on its way. Whoever asks for `unseen` keys waits for it first; `read` does. */
  arrived(tx: Transaction): Promise<void>;
  /** Which of these keys this transaction has not seen yet, each once. */
  unseen(tx: Transaction, keys: readonly string[]): readonly string[];
  /** What this transaction has seen of these keys. */
  seen(tx: Transaction, keys: readonly string[]): ReadonlyMap<string, Row>;
  /** Takes in what was read; keys without a row are remembered as absent. What was seen before stays as it is. */
  adopt(tx: Transaction, keys: readonly string[], rows: ReadonlyMap<string, Row>): void;
  /** Has these keys read anew the next time, unless they were written. */
  forget(tx: Transaction, keys: readonly string[]): void;
  write(tx: Transaction, rows: Iterable<readonly [string, Row]>): void;
  /** Writes now what has changed so far. */
  flush(tx: Transaction): Promise<void>;
}

interface Page<Row> {
  readonly stored: Map<string, Row | undefined>;
  /** What was written since the last flush, last first. */
  changed: Map<string, readonly [Row, ...Row[]]>;
  ahead: Promise<unknown> | undefined;
}

export interface Writing {
  /**
   * At the end of each round that changed something, beside the next one, when absent; or once before the commit, for rows that later rounds change again; or together with the commit, in the
   * order of the tables' names, for rows that many transactions want: `save` then asks for all its statements at once.
   */
  readonly when?: 'every-round' | 'commit' | { readonly lastAs: string };
  /** `save` looks at all that a row was in between. */
  readonly keepsPassed?: boolean;
}

/** Of a row that stands in the table. */
export interface ChangeOfKnown<Row> extends Change<Row> {
  readonly stored: Row;
}

type Save<Row> = (tx: Transaction, changes: readonly Change<Row>[]) => Promise<unknown>;

/** Saves rows that are new by one statement and rows that stand in the table by another, both at once; neither is asked for nothing. */
export function addOrChange<Row>(
  add: (tx: Transaction, changes: readonly Change<Row>[]) => Promise<unknown>, change: (tx: Transaction, changes: readonly ChangeOfKnown<Row>[]) => Promise<unknown>,
): (tx: Transaction, changes: readonly Change<Row>[]) => Promise<void> {
  return async (tx, changes) => {
    const [added, changed] = [changes.filter(({ stored }) => stored === undefined), changes.filter(isOfKnown)];
    await Promise.all([added.length > 0 && add(tx, added), changed.length > 0 && change(tx, changed)]);
  };
}

const isOfKnown = <Row>(change: Change<Row>): change is ChangeOfKnown<Row> => change.stored !== undefined;

/** Opens an identity map whose changes `save` writes, all in one call. */
export function identityMap<Row>(save: Save<Row>, { when = 'every-round', keepsPassed = false }: Writing = {}): IdentityMap<Row> {
  const pages = new WeakMap<Transaction, Page<Row>>();
  const pageOf = (tx: Transaction): Page<Row> => {
    const known = pages.get(tx);
    if (known) return known;
    const page: Page<Row> = { stored: new Map(), changed: new Map(), ahead: undefined };
    pages.set(tx, page);
    const write = (): Promise<void> => writePage(tx, page, save);
    if (typeof when === 'object') lastOfAll(tx, when.lastAs, write);
    else beforeCommit(tx, write, when === 'every-round');
    return page;
  };
  const map: IdentityMap<Row> = {
    ahead(tx, loading) {
      const page = pageOf(tx);
      page.ahead = Promise.all([page.ahead, loading]);
      page.ahead.catch(() => {});
    },
    async arrived(tx) {
      const { ahead } = pageOf(tx);
      if (ahead !== undefined) await ahead;
    },
    async read(tx, keys, load) {
      await map.arrived(tx);
      const missing = map.unseen(tx, keys);
      if (missing.length > 0) map.adopt(tx, missing, await load(missing));
      return map.seen(tx, keys);
    },
    unseen(tx, keys) {
      const { stored, changed } = pageOf(tx);
      return [...new Set(keys)].filter((key) => !stored.has(key) && !changed.has(key));
    },
    seen(tx, keys) {
      const { stored, changed } = pageOf(tx);
      const found = new Map<string, Row>();
      for (const key of keys) {
        const row = changed.get(key)?.[0] ?? stored.get(key);
        if (row !== undefined) found.set(key, row);
      }
      return found;
    },
    adopt(tx, keys, rows) {
      const { stored } = pageOf(tx);
      for (const key of keys) if (!stored.has(key)) stored.set(key, rows.get(key));
    },
    forget(tx, keys) {
      const { stored } = pageOf(tx);
      for (const key of keys) stored.delete(key);
    },
    write(tx, rows) {
      const { changed } = pageOf(tx);
      for (const [key, row] of rows) {
        const passed = changed.get(key) ?? [];
        changed.set(key, [row, ...keepsPassed ? passed : passed.slice(-1)]);
      }
    },
    flush: (tx) => writePage(tx, pageOf(tx), save),
  };
  return map;
}

async function writePage<Row>(tx: Transaction, page: Page<Row>, save: Save<Row>): Promise<void> {
  if (page.changed.size === 0) return;
  const changes = [...page.changed].map(([key, [row, ...passed]]): Change<Row> => ({ row, passed, stored: page.stored.get(key) }));
  for (const [key, [row]] of page.changed) page.stored.set(key, row);
  page.changed = new Map();
  await save(tx, changes);
}
