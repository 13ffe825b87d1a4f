import { ok, problem, refused, type Answer, type Problem } from '../problems.ts';
import { longId } from './ids.ts';
import { fieldOf, sobject, type FieldDefinition, type SobjectDefinition } from './schema.ts';
import type { Fields, Store, Value } from './store.ts';

const NOT_FIELDS: ReadonlySet<string> = new Set(['attributes', 'id', 'type']);

/** Reads the fields of a record as a caller wrote them: checked, typed, references followed. Answers the first thing that is wrong. */
export function readFields(type: SobjectDefinition, written: Readonly<Record<string, unknown>>, store: Store): Answer<Fields> {
  const fields: Record<string, Value> = {};
  for (const [name, value] of Object.entries(written)) {
    if (NOT_FIELDS.has(name.toLowerCase())) continue;
    const read = readOne(type, name, value, store);
    if (read.type === 'refused') return read;
    fields[read.value.name] = read.value.value;
  }
  return ok(fields);
}

function readOne(type: SobjectDefinition, name: string, value: unknown, store: Store): Answer<{ readonly name: string; readonly value: Value }> {
  const followed = type.fields.find((field) => field.refersTo?.relationship === name);
  if (followed && typeof value === 'object' && value !== null) return followReference(followed, value, store);
  const field = fieldOf(type, name);
  if (!field) return refused(problem('INVALID_FIELD', `No such column '${name}' on sobject of type ${type.name}`));
  if (field.readOnly) return refused(problem('INVALID_FIELD_FOR_INSERT_UPDATE', `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`, { fields: [field.name] }));
  if (value === null || value === '') return ok({ name: field.name, value: null });
  const read = READERS[field.kind](field, value, store);
  return isProblem(read) ? refused(read) : ok({ name: field.name, value: read });
}

function isProblem(read: Value | Problem): read is Problem {
  return typeof read === 'object' && read !== null;
}

// {"Account": {"AccountNumber": "C17850"}} points at a record by its external id
function followReference(field: FieldDefinition, by: object, store: Store): Answer<{ readonly name: string; readonly value: Value }> {
  const target = field.refersTo && sobject(field.refersTo.sobject);
  const [[name, value] = []] = Object.entries(by).filter(([key]) => key !== 'attributes');
  const key = target && name !== undefined ? fieldOf(target, name) : undefined;
  if (!target || !key?.externalId) return refused(problem('INVALID_FIELD', `Foreign key external ID not provided for relationship ${field.refersTo?.relationship}`));
  const found = store.findBy(target.name, key.name, String(value));
  if (!found) return refused(problem('INVALID_FIELD', `Foreign key external ID: ${String(value)} not found for field ${key.name} in entity ${target.name}`));
  return ok({ name: field.name, value: found.id });
}

type Reader = (field: FieldDefinition, value: unknown, store: Store) => Value | Problem;

const READERS: Readonly<Record<FieldDefinition['kind'], Reader>> = {
  id: wrongType,
  string: readText,
  double: (field, value) => (typeof value === 'number' && Number.isFinite(value) ? value : wrongType(field, value)),
  boolean: (field, value) => (typeof value === 'boolean' ? value : wrongType(field, value)),
  date: (field, value) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : wrongType(field, value)),
  datetime: (field, value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? salesforceTime(Date.parse(value)) : wrongType(field, value)),
  reference: readReference,
};

/** A moment as Salesforce writes it: 2026-03-01T08:00:00.000+0000. */
export function salesforceTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

function readText(field: FieldDefinition, value: unknown): Value | Problem {
  if (typeof value !== 'string') return wrongType(field, value);
  const longest = field.longest ?? 255;
  if (value.length > longest) return problem('STRING_TOO_LONG', `${field.name}: data value too large: ${value.slice(0, 80)} (max length=${longest})`, { fields: [field.name] });
  if (field.values && !field.values.includes(value)) return problem('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `${field.name}: bad value for restricted picklist field: ${value}`, { fields: [field.name] });
  return value;
}

function readReference(field: FieldDefinition, value: unknown, store: Store): Value | Problem {
  if (typeof value !== 'string' || ![15, 18].includes(value.length)) return problem('MALFORMED_ID', `${field.name}: id value of incorrect type: ${String(value)}`, { fields: [field.name] });
  const id = longId(value);
  if (field.refersTo && store.find(field.refersTo.sobject, id)) return id;
  return problem('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', { fields: [field.name] });
}

function wrongType(field: FieldDefinition, value: unknown): Problem {
  return problem('INVALID_TYPE_ON_FIELD_IN_RECORD', `${field.name}: value not of required type: ${JSON.stringify(value)}`, { fields: [field.name] });
}
