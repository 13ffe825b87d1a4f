import { isMessageName, registry, shapeOf, type AnyMessage, type MessageName, type RecordShape, type Shape } from '@order-mesh/contracts';
import { MAX_FEN } from '@order-mesh/kernel';
import { MAX_INSTANT } from '../codec/limits.ts';

/**
 * A message as a person reads and edits it. Amounts are fen in quotes ("1250"), moments are UTC in ISO 8601 ("2026-03-01T01:30:00.000Z"),
 * an absent optional value is null; everything else is as JSON has it.
 */
export interface JsonMessage {
  readonly type: MessageName;
  readonly value: unknown;
}

/** One thing that is wrong, and the field it is wrong in: `value.lines[2].quantity`. */
export interface Fault {
  readonly field: string;
  readonly detail: string;
}

export type ReadMessage = { readonly ok: true; readonly message: AnyMessage } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Writes a message as a person reads it. */
export function messageToJson({ type, value }: AnyMessage): JsonMessage {
  return { type, value: toJson(shapeNamed(type), value) };
}

/** Reads a message that a person wrote, by the newest schema of its type; every fault is told with its field. */
export function messageFromJson({ type, value }: { readonly type: string; readonly value: unknown }): ReadMessage {
  if (type === '') return { ok: false, faults: [{ field: 'type', detail: 'is missing: the bytes do not tell which message it is' }] };
  if (!isMessageName(type)) return { ok: false, faults: [{ field: 'type', detail: `must be a message of the mesh (docs/events.md), got ${type.slice(0, 60)}` }] };
  const faults: Fault[] = [];
  const read = fromJson(shapeNamed(type), value, 'value', faults);
  // the value was built from the schema that the type was generated from
  return faults.length > 0 ? { ok: false, faults } : { ok: true, message: { type, value: read } as AnyMessage };
}

const newest = new Map(registry.map(({ name, schema }) => [name, schema]));
const shapes = new Map<string, RecordShape>();

function shapeNamed(type: MessageName): RecordShape {
  const shape = shapes.get(type) ?? shapeOf(newest.get(type) ?? '', type);
  shapes.set(type, shape);
  return shape;
}

function toJson(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'fen': return String(value);
    case 'instant': return new Date(Number(value)).toISOString();
    case 'nullable': return value === null ? null : toJson(shape.of, value);
    case 'array': return Array.isArray(value) ? value.map((item) => toJson(shape.items, item)) : [];
    case 'record': return Object.fromEntries(shape.fields.map(({ name, shape: field }) => [name, toJson(field, fieldOf(value, name))]));
    default: return value;
  }
}

function fromJson(shape: Shape, json: unknown, field: string, faults: Fault[]): unknown {
  const fault = (detail: string): null => {
    faults.push({ field, detail: json === undefined ? 'is missing' : detail });
    return null;
  };
  switch (shape.kind) {
    case 'nullable': return json === null ? null : fromJson(shape.of, json, field, faults);
    case 'array': return Array.isArray(json) ? json.map((item, index) => fromJson(shape.items, item, `${field}[${index}]`, faults)) : fault('must be a list');
    case 'record': return isObject(json) ? recordFromJson(shape, json, field, faults) : fault('must be an object');
    case 'string': return typeof json === 'string' && !json.includes('\0') ? json : fault('must be text');
    case 'boolean': return typeof json === 'boolean' ? json : fault('must be true or false');
    case 'double': return typeof json === 'number' ? json : fault('must be a number');
    case 'enum': return typeof json === 'string' && shape.symbols.includes(json) ? json : fault(`must be one of ${shape.symbols.join(', ')}`);
    case 'int': return wholeWithin(json, 0x7fff_ffff) ?? fault('must be a whole number up to 2147483647');
    case 'long': return wholeWithin(json, Number.MAX_SAFE_INTEGER) ?? fault(`must be a whole number up to ${Number.MAX_SAFE_INTEGER}`);
    case 'instant': return instantIn(json) ?? fault('must be a moment in ISO 8601, such as "2026-03-01T01:30:00.000Z"');
    case 'fen': return fenIn(json) ?? fault(`must be whole fen in quotes, such as "1250" for 12.50 yuan, up to ${MAX_FEN}`);
  }
}

function recordFromJson({ fields }: RecordShape, json: object, place: string, faults: Fault[]): unknown {
  const known = new Set(fields.map(({ name }) => name));
  for (const name of Object.keys(json)) if (!known.has(name)) faults.push({ field: `${place}.${name.slice(0, 60)}`, detail: `is no field here; the fields are ${[...known].join(', ')}` });
  return Object.fromEntries(fields.map(({ name, shape }) => [name, fromJson(shape, fieldOf(json, name), `${place}.${name}`, faults)]));
}

function wholeWithin(json: unknown, limit: number): number | null {
  return typeof json === 'number' && Number.isSafeInteger(json) && json <= limit && json >= -limit - 1 ? json : null;
}

function instantIn(json: unknown): number | null {
  const at = typeof json === 'string' && /^[+-]?\d{4,6}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(json) ? Date.parse(json) : Number.NaN;
  return Math.abs(at) <= MAX_INSTANT ? at : null;
}

function fenIn(json: unknown): bigint | null {
  const text = typeof json === 'number' ? String(json) : json;
  if (typeof text !== 'string' || !/^-?\d{1,16}$/.test(text)) return null;
  const fen = BigInt(text);
  return fen <= MAX_FEN && fen >= -MAX_FEN ? fen : null;
}

const isObject = (json: unknown): json is object => typeof json === 'object' && json !== null && !Array.isArray(json);
const fieldOf = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined);
