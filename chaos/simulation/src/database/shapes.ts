import { SqlError, type Definition, type Lockable, type Session } from './definition.ts';
import type { Row } from './tables.ts';

/** Reads the shapes that most statements of the books have: rows by one column, and rows added or changed from arrays. Undefined for any other. */
export function shapeOf(words: string): Definition | undefined {
  return selected(words) ?? inserted(words) ?? updated(words);
}

const SELECT = /^select [\w:, ]+ from (?<table>\w+\.\w+) where (?<column>\w+) = any\(\$1::\w+\[\]\)(?: order by [\w, ]+?)?(?<lock> for update)?$/;

function selected(words: string): Definition | undefined {
  const found = SELECT.exec(words)?.groups;
  if (!found) return undefined;
  const { table: name = '', column = '', lock } = found;
  const matching = (session: Session, keys: unknown): readonly Row[] => {
    const table = session.table(name);
    const texts = (keys as readonly unknown[]).map(String);
    if (table.shape.key.length === 1 && table.shape.key[0] === column) return texts.map((key) => session.read(table, key)).filter((row) => row !== undefined);
    const set = new Set(texts);
    return [...session.rows(table)].filter((row) => set.has(String(row[column])));
  };
  return {
    ...(lock && { lock: (session, [keys]) => {
      const table = session.table(name);
      return matching(session, keys).map((row) => ({ table, key: table.keyOf(row) })).sort((one, other) => (one.key < other.key ? -1 : 1));
    } }),
    run: (session, [keys]) => {
      const { shape: { json = [] } } = session.table(name);
      return matching(session, keys).map((row) => (json.length === 0 ? row : { ...row, ...Object.fromEntries(json.map((one) => [one, parsed(row[one])])) }));
    },
  };
}

const parsed = (text: unknown): unknown => (text === null || text === undefined ? null : JSON.parse(String(text)));

const INSERT = /^insert into (?<table>\w+\.\w+)(?: as (?<known>\w+))? \((?<columns>[\w, ]+)\) select .+? from unnest\((?<arrays>[^)]*)\)(?: as new ?\([\w, ]+\))?(?: on conflict(?: \((?<key>[\w, ]+)\))? do (?<conflict>nothing|update set .+?))?(?: returning 1)?$/;
const INSERT_ONE = /^insert into (?<table>\w+\.\w+) \((?<columns>\w+)\) select unnest\(\$1::text\[\]\) on conflict \(\w+\) do nothing$/;

function inserted(words: string): Definition | undefined {
  const found = (INSERT.exec(words) ?? INSERT_ONE.exec(words))?.groups;
  if (!found) return undefined;
  const { table: name = '', columns = '', conflict = words.endsWith('do nothing') ? 'nothing' : '', known = '' } = found;
  const wanted = columns.split(',').map((one) => one.trim());
  const update = conflict.startsWith('update set ') ? assignments(conflict.slice('update set '.length), { known, from: 'excluded' }) : undefined;
  const rowsOf = (values: readonly unknown[]): readonly Row[] => unnest(wanted, values);
  return {
    lock: (session, values): readonly Lockable[] => {
      const table = session.table(name);
      return rowsOf(values).map((row) => ({ table, key: table.keyOf(row) }));
    },
    run: (session, values) => {
      const table = session.table(name);
      return rowsOf(values).flatMap((row) => {
        const before = session.read(table, table.keyOf(row));
        if (before && !update && conflict !== 'nothing') throw new SqlError('23505', `duplicate key in ${name}: ${table.keyOf(row)}`);
        if (before && !update) return [];
        session.write(table, before && update ? update(row, before) : row);
        return [WRITTEN];
      });
    },
  };
}

type Update = (row: Row, before: Row) => Row;
type Assignment = (changed: Record<string, unknown>, row: Row, before: Row) => void;

/** Rows from arrays, a column each. */
export function unnest(columns: readonly string[], values: readonly unknown[]): readonly Row[] {
  const arrays = values as readonly (readonly unknown[])[];
  return (arrays[0] ?? []).map((_, index) => {
    const row: Record<string, unknown> = {};
    for (let at = 0; at < columns.length; at += 1) row[columns[at] ?? ''] = arrays[at]?.[index] ?? null;
    return row;
  });
}

/** What `returning 1` gives. */
export const WRITTEN: Row = { written: 1 };

const UPDATE = /^update (?<table>\w+\.\w+) (?<known>\w+) set (?<sets>.+?) from unnest\([^)]*\) (?<from>\w+)\((?<columns>[\w, ]+)\) where (?<terms>[\w. =]+?)(?: returning 1)?$/;

function updated(words: string): Definition | undefined {
  const found = UPDATE.exec(words)?.groups;
  if (!found) return undefined;
  const { table: name = '', known = '', sets = '', from = '', columns = '', terms = '' } = found;
  const wanted = columns.split(', ');
  const update = assignments(sets, { known, from });
  // every condition compares a column with what came for it
  const compared = terms.split(' and ').map((term) => {
    const [column = '', value = ''] = term.split(' = ');
    if (!column.startsWith(`${known}.`) || !value.startsWith(`${from}.`)) throw new Error(`the simulated database does not know the condition "${term}"`);
    return { column: column.slice(known.length + 1), value: value.slice(from.length + 1) };
  });
  const keyOf = (row: Row, { shape: { key } }: ReturnType<Session['table']>): string => key.map((column) => String(row[compared.find((one) => one.column === column)?.value ?? ''])).join('|');
  return {
    lock: (session, values) => {
      const table = session.table(name);
      return unnest(wanted, values).map((row) => ({ table, key: keyOf(row, table) })).filter(({ key }) => session.read(table, key) !== undefined);
    },
    run: (session, values) => {
      const table = session.table(name);
      return unnest(wanted, values).flatMap((row) => {
        const before = session.read(table, keyOf(row, table));
        if (!before || compared.some(({ column, value }) => String(before[column]) !== String(row[value]))) return [];
        session.write(table, update(row, before));
        return [WRITTEN];
      });
    },
  };
}

/** `a = excluded.a, b = coalesce(excluded.b, known.b), c = case when excluded.d is null then known.c else excluded.c end, at = now()`. */
function assignments(text: string, { known, from }: { readonly known: string; readonly from: string }): Update {
  const parts = text.split(/, (?=\w+ = )/).flatMap((part): readonly Assignment[] => {
    const [column = '', value = ''] = part.split(' = ');
    const [, plain] = new RegExp(`^${from}\\.(\\w+)$`).exec(value) ?? [];
    if (plain !== undefined) return [(changed, row) => { changed[column] = row[plain]; }];
    if (value === `coalesce(${from}.${column}, ${known}.${column})`) return [(changed, row, before) => { changed[column] = row[column] ?? before[column] ?? null; }];
    const [, absent] = new RegExp(`^case when ${from}\\.(\\w+) is null then ${known}\\.${column} else ${from}\\.${column} end$`).exec(value) ?? [];
    if (absent !== undefined) return [(changed, row, before) => { changed[column] = (row[absent] === null ? before : row)[column] ?? null; }];
    if (value === 'now()') return [];
    throw new Error(`the simulated database does not know "${part}"`);
  });
  return (row, before) => {
    const changed = { ...before };
    for (const assign of parts) assign(changed, row, before);
    return changed;
  };
}
