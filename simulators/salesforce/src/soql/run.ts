import { ok, problem, refused, type Answer, type Problem } from '../problems.ts';
import { sobject, sobjectNamed, type SobjectDefinition } from '../records/schema.ts';
import type { Store, StoredRecord, Value } from '../records/store.ts';
import { attributesOf, valueOf } from '../records/view.ts';
import { candidates, comparable, order, testFor } from './filter.ts';
import type { Query } from './parse.ts';
import { follow, isProblem, lookUp, understand, type Path } from './paths.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Rows of a query; those inside a row (a child subquery) come as a list of their own, to be paged by whoever answers. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly count: number;
}

/** Carries a query out against the records as they stand. */
export function runQuery(query: Query, store: Store, version: string): Answer<Rows> {
  const type = sobjectNamed(query.from);
  if (!type) return refused(problem('INVALID_TYPE', `sObject type '${query.from}' is not supported.`));
  const found = select(query, type, { store, records: candidates(query.where, type, store) });
  if (found.type === 'refused') return found;
  if (query.countOnly) return ok({ rows: [], count: found.value.length });
  const shown = shape(query, type, { store, version });
  if ('errorCode' in shown) return refused(shown);
  return ok({ rows: found.value.map(shown.show), count: found.value.length });
}

/** Carries a query without child subqueries out as a table: the columns as they were asked for, and the values of each record. */
export function tabulate(query: Query, store: Store): Answer<{ readonly columns: readonly string[]; readonly rows: readonly (readonly Value[])[] }> {
  const type = sobjectNamed(query.from);
  if (!type) return refused(problem('INVALID_TYPE', `sObject type '${query.from}' is not supported.`));
  const paths = query.paths.map((path) => understand(type, path));
  const wrong = paths.find(isProblem);
  if (wrong) return refused(wrong);
  const known = paths.filter((path): path is Path => !isProblem(path));
  const found = select(query, type, { store, records: candidates(query.where, type, store) });
  if (found.type === 'refused') return found;
  return ok({ columns: query.paths, rows: found.value.map((record) => known.map((path) => lookUp(store, record, path))) });
}

function select(query: Query, type: SobjectDefinition, { store, records }: { readonly store: Store; readonly records: Iterable<StoredRecord> }): Answer<readonly StoredRecord[]> {
  const test = query.where ? testFor(query.where, type, store) : () => true;
  if (typeof test !== 'function') return refused(test);
  const keys = query.orderBy.map(({ path }) => understand(type, path));
  const wrong = keys.find(isProblem);
  if (wrong) return refused(wrong);
  const sorted = sort([...records].filter(test), query, { store, keys: keys.filter((key): key is Path => !isProblem(key)) });
  return ok(sorted.slice(query.offset, query.limit === undefined ? undefined : query.offset + query.limit));
}

function sort(records: StoredRecord[], { orderBy }: Query, { store, keys }: { readonly store: Store; readonly keys: readonly Path[] }): readonly StoredRecord[] {
  const keyed = records.map((record) => ({ record, values: keys.map((key) => comparable(key.field, lookUp(store, record, key))) }));
  keyed.sort((one, other) => {
    for (const [place, { descending, nullsLast }] of orderBy.entries()) {
      const [first, second] = [one.values[place] ?? null, other.values[place] ?? null];
      if (nullsLast && (first === null) !== (second === null)) return first === null ? 1 : -1;
      const difference = order(first, second) * (descending ? -1 : 1);
      if (difference !== 0) return difference;
    }
    return order(one.record.id, other.record.id);
  });
  return keyed.map(({ record }) => record);
}

interface Shape {
  readonly show: (record: StoredRecord) => Row;
}

function shape(query: Query, type: SobjectDefinition, context: { readonly store: Store; readonly version: string }): Shape | Problem {
  const paths = query.paths.map((path) => understand(type, path));
  const wrong = paths.find(isProblem);
  if (wrong) return wrong;
  const known = paths.filter((path): path is Path => !isProblem(path));
  const children: { readonly relationship: string; readonly show: (record: StoredRecord) => unknown }[] = [];
  for (const child of query.children) {
    const made = childShape(child, type, context);
    if ('errorCode' in made) return made;
    children.push(made);
  }
  return {
    show: (record) => ({
      ...showPaths(record, known, context),
      ...Object.fromEntries(children.map(({ relationship, show }) => [relationship, show(record)])),
    }),
  };
}

function childShape(query: Query, parent: SobjectDefinition, context: { readonly store: Store; readonly version: string }): { readonly relationship: string; readonly show: (record: StoredRecord) => unknown } | Problem {
  const child = parent.children.find(({ relationship }) => relationship.toLowerCase() === query.from.toLowerCase());
  if (!child) return problem('INVALID_TYPE', `Didn't understand relationship '${query.from}' in FROM part of query call.`);
  const type = sobject(child.sobject);
  const shown = shape(query, type, context);
  if ('errorCode' in shown) return shown;
  const trial = select(query, type, { store: context.store, records: [] });
  if (trial.type === 'refused') return trial.problem;
  return {
    relationship: child.relationship,
    show: (record) => {
      const found = select(query, type, { store: context.store, records: context.store.childrenOf(record.id, child.sobject) });
      const rows = found.type === 'ok' ? found.value.map(shown.show) : [];
      return rows.length > 0 ? new ChildRows(rows) : null;
    },
  };
}

/** The rows of a child subquery, marked so that the answer can page them. */
export class ChildRows {
  readonly rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.rows = rows;
  }
}

function showPaths(record: StoredRecord, paths: readonly Path[], { store, version }: { readonly store: Store; readonly version: string }): Row {
  const shown: Record<string, unknown> = { attributes: attributesOf(record, version) };
  const nested = new Map<string, Path[]>();
  for (const path of paths) {
    const [first, ...rest] = path.through;
    if (!first) shown[path.field.name] = valueOf(store, record, path.field);
    if (first) nested.set(first.name, [...(nested.get(first.name) ?? []), { through: rest, field: path.field }]);
  }
  for (const [name, inner] of nested) {
    const reference = sobject(record.sobject).fields.find((field) => field.name === name);
    const parent = reference && follow(store, record, [reference]);
    shown[reference?.refersTo?.relationship ?? name] = parent ? showPaths(parent, inner, { store, version }) : null;
  }
  return shown;
}
