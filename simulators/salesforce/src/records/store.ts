import { makeId } from './ids.ts';
import { fieldOf, sobject, sobjects, type FieldDefinition, type SobjectDefinition, type SobjectName } from './schema.ts';

export type Value = string | number | boolean | null;
export type Fields = Readonly<Record<string, Value>>;

/** One record as it stands; every field that was ever set. */
export interface StoredRecord {
  readonly sobject: SobjectName;
  readonly id: string;
  readonly fields: Fields;
}

/** One change to one record; `fields` holds what is written (all of it on creation). */
export interface Change {
  readonly kind: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly sobject: SobjectName;
  readonly id: string;
  readonly fields: Fields;
}

/** All records of the organisation, indexed by id, by external id and by parent. */
export interface Store {
  /** Carries the change out; answers false when an update changes nothing. */
  apply(change: Change): boolean;
  find(sobject: SobjectName, id: string): StoredRecord | undefined;
  findBy(sobject: SobjectName, field: string, value: string): StoredRecord | undefined;
  /** All with this value of an external id, also of one that may repeat. */
  allBy(sobject: SobjectName, field: FieldDefinition, value: string): readonly StoredRecord[];
  childrenOf(parentId: string, child: SobjectName): readonly StoredRecord[];
  all(sobject: SobjectName): Iterable<StoredRecord>;
  /** The id the next record of this type will have, `ahead` records from now. */
  nextId(sobject: SobjectName, ahead?: number): string;
  /** How many records of this type were ever created. */
  created(sobject: SobjectName): number;
}

interface Table {
  readonly type: SobjectDefinition;
  readonly records: Map<string, StoredRecord>;
  readonly byExternalId: ReadonlyMap<string, Map<string, string>>;
  readonly byParent: Map<string, Set<string>>;
  created: number;
}

/** An organisation without a record in it. */
export function emptyStore(): Store {
  const tables = new Map(sobjects.map((type) => [type.name, emptyTable(type)]));
  const table = (name: SobjectName) => tables.get(name) ?? emptyTable(sobject(name));
  const find = (name: SobjectName, id: string) => table(name).records.get(id);
  return {
    find,
    apply: (change) => applyTo(table(change.sobject), change),
    findBy(name, field, value) {
      const id = field === 'Id' ? value : table(name).byExternalId.get(field)?.get(value);
      return id === undefined ? undefined : find(name, id);
    },
    allBy(name, field, value) {
      if (field.repeats) return [...table(name).records.values()].filter(({ fields }) => fields[field.name] === value);
      const id = table(name).byExternalId.get(field.name)?.get(value);
      return id === undefined ? [] : [find(name, id)].filter((record) => record !== undefined);
    },
    childrenOf: (parentId, child) => [...(table(child).byParent.get(parentId) ?? [])].flatMap((id) => find(child, id) ?? []),
    all: (name) => table(name).records.values(),
    nextId: (name, ahead = 0) => makeId(table(name).type.prefix, table(name).created + 1 + ahead),
    created: (name) => table(name).created,
  };
}

function emptyTable(type: SobjectDefinition): Table {
  const externalIds = type.fields.filter((field) => field.externalId === true && field.repeats !== true);
  return { type, records: new Map(), byExternalId: new Map(externalIds.map((field) => [field.name, new Map()])), byParent: new Map(), created: 0 };
}

function applyTo(table: Table, change: Change): boolean {
  const before = table.records.get(change.id);
  if (change.kind === 'CREATE') table.created += 1;
  if (change.kind === 'UPDATE' && !(before && differs(before.fields, change.fields))) return false;
  if (before) unindex(table, before);
  if (change.kind === 'DELETE') return table.records.delete(change.id);
  const record: StoredRecord = { sobject: change.sobject, id: change.id, fields: { ...before?.fields, ...change.fields } };
  table.records.set(change.id, record);
  index(table, record);
  return true;
}

// Who changed it and when is no change by itself
function differs(before: Fields, written: Fields): boolean {
  return Object.entries(written).some(([name, value]) => !STAMPS.has(name) && (before[name] ?? null) !== value);
}

export const STAMPS: ReadonlySet<string> = new Set(['LastModifiedDate', 'LastModifiedById', 'SystemModstamp']);

function index(table: Table, record: StoredRecord): void {
  for (const [field, ids] of table.byExternalId) {
    const value = record.fields[field];
    if (typeof value === 'string') ids.set(value, record.id);
  }
  for (const parent of parentsOf(table, record)) {
    const children = table.byParent.get(parent) ?? new Set();
    table.byParent.set(parent, children.add(record.id));
  }
}

function unindex(table: Table, record: StoredRecord): void {
  for (const [field, ids] of table.byExternalId) {
    const value = record.fields[field];
    if (typeof value === 'string') ids.delete(value);
  }
  for (const parent of parentsOf(table, record)) table.byParent.get(parent)?.delete(record.id);
}

function parentsOf(table: Table, record: StoredRecord): readonly string[] {
  return Object.entries(record.fields).flatMap(([name, value]) =>
    typeof value === 'string' && fieldOf(table.type, name)?.kind === 'reference' ? [value] : []);
}
