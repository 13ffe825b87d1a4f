import { createHash } from 'node:crypto';
import avro from 'avsc';
import { sobject, sobjects, type FieldDefinition, type SobjectName } from '../records/schema.ts';
import type { Value } from '../records/store.ts';
import { bitmaps } from './bitmap.ts';
import { eventFields, type EventField } from './fields.ts';
import type { ChangeEvent } from './log.ts';

/** How the changes of one object type are written down. */
export interface EventSchema {
  readonly id: string;
  readonly json: string;
  encode(event: ChangeEvent): Buffer;
}

/** The event schema of an object type; its id is a fingerprint, so the same fields have the same id after a restart. */
export function eventSchema(name: SobjectName): EventSchema {
  return SCHEMAS[name];
}

/** The schema with that id, or undefined. */
export function schemaWithId(id: string): EventSchema | undefined {
  return Object.values(SCHEMAS).find((schema) => schema.id === id);
}

const HEADER = {
  type: 'record',
  name: 'ChangeEventHeader',
  fields: [
    { name: 'entityName', type: 'string' },
    { name: 'recordIds', type: { type: 'array', items: 'string' } },
    {
      name: 'changeType',
      type: { type: 'enum', name: 'ChangeType', symbols: ['CREATE', 'UPDATE', 'DELETE', 'UNDELETE', 'GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE', 'GAP_OVERFLOW', 'SNAPSHOT'] },
    },
    { name: 'changeOrigin', type: 'string' },
    { name: 'transactionKey', type: 'string' },
    { name: 'sequenceNumber', type: 'int' },
    { name: 'commitTimestamp', type: 'long' },
    { name: 'commitNumber', type: 'long' },
    { name: 'commitUser', type: 'string' },
    { name: 'nulledFields', type: { type: 'array', items: 'string' } },
    { name: 'diffFields', type: { type: 'array', items: 'string' } },
    { name: 'changedFields', type: { type: 'array', items: 'string' } },
  ],
};
const SIMPLE: Readonly<Record<FieldDefinition['kind'], string>> = { id: 'string', string: 'string', reference: 'string', double: 'double', boolean: 'boolean', date: 'long', datetime: 'long' };
const SCHEMAS: Readonly<Record<SobjectName, EventSchema>> = { Account: build('Account'), Product2: build('Product2'), Order: build('Order'), OrderItem: build('OrderItem') };

function build(name: SobjectName): EventSchema {
  const fields = eventFields(sobject(name));
  const json = JSON.stringify({
    type: 'record',
    name: `${name}ChangeEvent`,
    namespace: 'com.sforce.eventbus',
    fields: [{ name: 'ChangeEventHeader', type: HEADER }, ...fields.map((field) => ({ name: field.name, type: ['null', avroType(field)], default: null }))],
  });
  const type = avro.Type.forSchema(JSON.parse(json));
  const id = createHash('md5').update(json).digest('base64url');
  return { id, json, encode: (event) => type.toBuffer(asAvro(event, fields)) };
}

function avroType({ name, parts, compound }: EventField): unknown {
  if (!compound) return SIMPLE[parts[0]?.kind ?? 'string'];
  return { type: 'record', name, fields: parts.map((part) => ({ name: part.partOf?.part ?? part.name, type: ['null', SIMPLE[part.kind]], default: null })) };
}

function asAvro(event: ChangeEvent, fields: readonly EventField[]): Record<string, unknown> {
  const nulled = Object.keys(event.fields).filter((name) => event.fields[name] === null);
  const isUpdate = event.kind === 'UPDATE';
  const header = {
    entityName: event.sobject,
    recordIds: [...event.recordIds],
    changeType: event.kind,
    changeOrigin: event.origin,
    transactionKey: transactionKey(event.transaction),
    sequenceNumber: event.sequenceInTransaction,
    commitTimestamp: event.at,
    commitNumber: 11_600_000_000_000 + event.transaction,
    commitUser: event.userId,
    nulledFields: isUpdate ? bitmaps(fields, nulled) : [],
    diffFields: [],
    changedFields: isUpdate ? bitmaps(fields, Object.keys(event.fields)) : [],
  };
  return { ChangeEventHeader: header, ...Object.fromEntries(fields.map((field) => [field.name, avroValue(field, event)])) };
}

function avroValue({ parts, compound }: EventField, event: ChangeEvent): unknown {
  const values = parts.map((part) => simpleValue(part, event.fields[part.name] ?? null));
  if (!compound) return values[0] ?? null;
  if (values.every((value) => value === null)) return null;
  return Object.fromEntries(parts.map((part, place) => [part.partOf?.part ?? part.name, values[place]]));
}

function simpleValue({ kind }: FieldDefinition, value: Value): Value {
  return typeof value === 'string' && SIMPLE[kind] === 'long' ? Date.parse(value) : value;
}

function transactionKey(transaction: number): string {
  const hex = createHash('sha1').update(`transaction ${transaction}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** Every topic of change events: its name, and whose changes it carries. `/data/ChangeEvents` carries all. */
export const topics: ReadonlyMap<string, SobjectName | 'all'> = new Map<string, SobjectName | 'all'>([
  ...sobjects.map(({ name }) => [`/data/${name}ChangeEvent`, name] as const),
  ['/data/ChangeEvents', 'all'],
]);
