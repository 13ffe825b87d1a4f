import { sobject, type FieldDefinition } from './schema.ts';
import type { Store, StoredRecord, Value } from './store.ts';

/** What a field shows, sums included. */
export function valueOf(store: Store, record: StoredRecord, field: Pick<FieldDefinition, 'name'>): Value {
  if (field.name === 'Id') return record.id;
  if (field.name === 'TotalPrice') return cents(record) / 100;
  if (field.name === 'TotalAmount') return store.childrenOf(record.id, 'OrderItem').reduce((sum, line) => sum + cents(line), 0) / 100;
  return record.fields[field.name] ?? null;
}

/** The head of every record in an answer. */
export function attributesOf(record: StoredRecord, version: string): { readonly type: string; readonly url: string } {
  return { type: record.sobject, url: `/services/data/${version}/sobjects/${record.sobject}/${record.id}` };
}

/** A whole record, or only the named fields of it, as REST shows it. */
export function showRecord(store: Store, record: StoredRecord, { version, fields = sobject(record.sobject).fields }: {
  readonly version: string;
  readonly fields?: readonly FieldDefinition[];
}): Readonly<Record<string, unknown>> {
  return { attributes: attributesOf(record, version), ...Object.fromEntries(fields.map((field) => [field.name, valueOf(store, record, field)])) };
}

function cents({ fields }: StoredRecord): number {
  return Math.round(Number(fields['Quantity'] ?? 0) * Number(fields['UnitPrice'] ?? 0) * 100);
}
