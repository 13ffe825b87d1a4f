import { MeshError } from '@order-mesh/kernel';

/** A field's type as the generators see it; anything else in an .avsc is refused. */
export type FieldType =
  | { readonly kind: 'string' | 'int' | 'long' | 'double' | 'boolean' | 'fen' | 'instant' }
  | { readonly kind: 'array'; readonly items: FieldType }
  | { readonly kind: 'nullable'; readonly of: FieldType }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'record'; readonly fullName: string };

export interface Field {
  readonly name: string;
  readonly doc: string;
  readonly type: FieldType;
  /** The type as it stands in the .avsc. */
  readonly avro: unknown;
  /** `undefined` where the field has none; a default may well be null. */
  readonly fallback: unknown;
}

/** Where a message goes and who answers it: the `kafka` attribute of its schema. */
export interface Routing {
  readonly topic: string;
  readonly kind: 'command' | 'event';
  readonly key: string;
  readonly reply: { readonly done?: string; readonly refused?: string; readonly undone?: string };
  readonly undo: string | null;
}

export interface RecordSchema {
  readonly name: string;
  readonly namespace: string;
  readonly fullName: string;
  readonly doc: string;
  readonly fields: readonly Field[];
  /** Absent for shared records, which travel inside others. */
  readonly kafka?: Routing;
}

/** Reads one .avsc. Throws BAD_REQUEST naming `file` and the spot for anything the generators do not know. */
export function readSchema(text: string, file: string): RecordSchema {
  const json = record(parse(text, file), file);
  if (json['type'] !== 'record') throw unreadable(file, 'the top level must be a record');
  const name = word(json, 'name', file);
  const namespace = word(json, 'namespace', file);
  const kafka = json['kafka'] === undefined ? {} : { kafka: readRouting(record(json['kafka'], `${file}: kafka`), file) };
  const fields = list(json['fields'], `${file}: fields`).map((field) => readField(record(field, `${file}: fields`), file));
  return { name, namespace, fullName: `${namespace}.${name}`, doc: word(json, 'doc', file), fields, ...kafka };
}

function readField(json: Json, file: string): Field {
  const name = word(json, 'name', file);
  const spot = `${file}: field ${name}`;
  return { name, doc: word(json, 'doc', spot), type: readType(json['type'], spot), avro: json['type'], fallback: json['default'] };
}

function readType(avro: unknown, spot: string): FieldType {
  if (typeof avro === 'string') return readName(avro, spot);
  if (Array.isArray(avro)) return readUnion(avro, spot);
  const json = record(avro, spot);
  if (json['type'] === 'array') return { kind: 'array', items: readType(json['items'], spot) };
  if (json['type'] === 'enum') return { kind: 'enum', name: word(json, 'name', spot), symbols: list(json['symbols'], spot).map(String) };
  if (json['type'] !== 'long') throw unreadable(spot, `unknown type ${JSON.stringify(avro)}`);
  if (json['logicalType'] === 'fen') return { kind: 'fen' };
  if (json['logicalType'] === 'timestamp-millis') return { kind: 'instant' };
  throw unreadable(spot, `unknown logical type ${JSON.stringify(json['logicalType'])}`);
}

function readName(name: string, spot: string): FieldType {
  switch (name) {
    case 'string': case 'int': case 'long': case 'double': case 'boolean': return { kind: name };
    default:
      if (!name.includes('.')) throw unreadable(spot, `unknown type ${name}; name a shared record in full`);
      return { kind: 'record', fullName: name };
  }
}

function readUnion(branches: readonly unknown[], spot: string): FieldType {
  const [first, second] = branches;
  if (branches.length !== 2 || first !== 'null') throw unreadable(spot, 'a union must be ["null", something]');
  return { kind: 'nullable', of: readType(second, spot) };
}

function readRouting(json: Json, file: string): Routing {
  const kind = json['kind'];
  if (kind !== 'command' && kind !== 'event') throw unreadable(file, 'kafka.kind must be "command" or "event"');
  const topic = word(json, 'topic', file);
  if (!/^[a-z]+\.(commands|events)\.v\d+$/.test(topic)) throw unreadable(file, `kafka.topic ${topic} must be <context>.<commands|events>.v<major>`);
  const reply = json['reply'] === undefined ? {} : record(json['reply'], `${file}: kafka.reply`);
  const answers = Object.fromEntries(['done', 'refused', 'undone'].filter((answer) => reply[answer] !== undefined)
    .map((answer) => [answer, word(reply, answer, file)]));
  return { topic, kind, key: word(json, 'key', file), reply: answers, undo: json['undo'] === undefined ? null : word(json, 'undo', file) };
}

type Json = Readonly<Record<string, unknown>>;

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MeshError('BAD_REQUEST', { advice: `${file} is not JSON`, cause });
  }
}

function record(value: unknown, spot: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(spot, 'an object is expected');
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, spot: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable(spot, 'a list is expected');
  return value;
}

function word(json: Json, name: string, spot: string): string {
  const value = json[name];
  if (typeof value !== 'string' || value === '') throw unreadable(spot, `"${name}" must be a text`);
  return value;
}

function unreadable(spot: string, why: string): MeshError {
  return new MeshError('BAD_REQUEST', { advice: `${spot}: ${why}` });
}
