import { fen } from '@order-mesh/kernel';
import { listAt, objectAt, parseJson, unreadable, wordAt, type Json } from './json.ts';

export type PlainKind = 'string' | 'int' | 'long' | 'double' | 'boolean' | 'fen' | 'instant';

/** The part of Avro the mesh speaks. Whatever is outside it is refused when a schema is read, never when a message is. */
export type Shape = PlainShape | ArrayShape | NullableShape | EnumShape | RecordShape;

export interface PlainShape {
  readonly kind: PlainKind;
}

export interface ArrayShape {
  readonly kind: 'array';
  readonly items: Shape;
}

/** `["null", of]`, in this order. */
export interface NullableShape {
  readonly kind: 'nullable';
  readonly of: Shape;
}

export interface EnumShape {
  readonly kind: 'enum';
  readonly fullName: string;
  readonly symbols: readonly string[];
  /** What a reader takes an unknown symbol for. */
  readonly fallback: string | null;
}

export interface RecordShape {
  readonly kind: 'record';
  readonly fullName: string;
  readonly doc: string;
  readonly fields: readonly FieldShape[];
}

/** Whose data a field holds, and of which kind: a contact's name, phone or street; or who of our own people did something. */
export const personalKinds = ['name', 'phone', 'street', 'staff'] as const;
export type PersonalKind = (typeof personalKinds)[number];

export interface FieldShape {
  readonly name: string;
  /** Absent where it is nobody's. */
  readonly personal?: PersonalKind;
  readonly doc: string;
  readonly shape: Shape;
  /** The default as JSON; `undefined` where there is none, since null is a default too. */
  readonly fallback: unknown;
}

/** Finds a named type that the schema at hand does not define itself. */
export type Named = (fullName: string) => Shape | undefined;

/** Reads an Avro record schema from its JSON text. Throws BAD_REQUEST naming `spot` for anything outside the mesh's part of Avro. */
export function shapeOf(text: string, spot: string, named: Named = () => undefined): RecordShape {
  const own = new Map<string, Shape>();
  const reader: Reader = { own, named, namespace: '' };
  const shape = typeShape(parseJson(text, spot), spot, reader);
  if (shape.kind !== 'record') throw unreadable(spot, 'the top level must be a record');
  return shape;
}

/** The value a default stands for: a fen default becomes a bigint. Throws BAD_REQUEST when the default does not fit. */
export function valueOfDefault(shape: Shape, fallback: unknown, spot: string): unknown {
  switch (shape.kind) {
    case 'string': if (typeof fallback === 'string') return fallback; break;
    case 'boolean': if (typeof fallback === 'boolean') return fallback; break;
    case 'int': if (typeof fallback === 'number' && (fallback | 0) === fallback) return fallback; break;
    case 'long': case 'instant': if (Number.isSafeInteger(fallback)) return fallback; break;
    case 'double': if (Number.isFinite(fallback)) return fallback; break;
    case 'fen': if (typeof fallback === 'number' && Number.isSafeInteger(fallback)) return fen(fallback); break;
    // Avro takes a union's default from its first branch, which is null here.
    case 'nullable': if (fallback === null) return null; break;
    case 'enum': if (typeof fallback === 'string' && shape.symbols.includes(fallback)) return fallback; break;
    case 'array': if (Array.isArray(fallback)) return fallback.map((item) => valueOfDefault(shape.items, item, spot)); break;
    case 'record': return recordDefault(shape, fallback, spot);
  }
  throw unreadable(spot, `the default ${JSON.stringify(fallback)} is no ${shape.kind}`);
}

function recordDefault({ fields }: RecordShape, fallback: unknown, spot: string): unknown {
  const json = objectAt(fallback, spot);
  return Object.fromEntries(fields.map((field) => {
    const given = field.name in json ? json[field.name] : field.fallback;
    return [field.name, valueOfDefault(field.shape, given, `${spot}.${field.name}`)];
  }));
}

interface Reader {
  readonly own: Map<string, Shape>;
  readonly named: Named;
  readonly namespace: string;
}

function typeShape(avro: unknown, spot: string, reader: Reader): Shape {
  if (typeof avro === 'string') return namedShape(avro, spot, reader);
  if (Array.isArray(avro)) return unionShape(avro, spot, reader);
  const json = objectAt(avro, spot);
  switch (json['type']) {
    case 'array': return { kind: 'array', items: typeShape(json['items'], spot, reader) };
    case 'record': return recordShape(json, spot, reader);
    case 'enum': return enumShape(json, spot, reader);
    case 'long': return longShape(json, spot);
    case 'string': case 'int': case 'double': case 'boolean': return { kind: json['type'] };
    default: throw unreadable(spot, `unknown type ${JSON.stringify(avro)}`);
  }
}

function namedShape(name: string, spot: string, reader: Reader): Shape {
  switch (name) {
    case 'string': case 'int': case 'long': case 'double': case 'boolean': return { kind: name };
  }
  const fullName = fullNameOf(name, reader.namespace);
  const shape = reader.own.get(fullName) ?? reader.named(fullName);
  if (!shape) throw unreadable(spot, `unknown type ${name}`);
  return shape;
}

function unionShape(branches: readonly unknown[], spot: string, reader: Reader): NullableShape {
  const [first, second] = branches;
  if (branches.length !== 2 || first !== 'null') throw unreadable(spot, 'a union must be ["null", something]');
  const of = typeShape(second, spot, reader);
  if (of.kind === 'nullable') throw unreadable(spot, 'a union may not hold a union');
  return { kind: 'nullable', of };
}

function longShape(json: Json, spot: string): PlainShape {
  switch (json['logicalType']) {
    case undefined: return { kind: 'long' };
    case 'fen': return { kind: 'fen' };
    case 'timestamp-millis': return { kind: 'instant' };
    default: throw unreadable(spot, `unknown logical type ${JSON.stringify(json['logicalType'])}`);
  }
}

function enumShape(json: Json, spot: string, reader: Reader): EnumShape {
  const fullName = fullNameOf(wordAt(json, 'name', spot), spaceOf(json, reader));
  const symbols = listAt(json['symbols'], spot).map(String);
  const fallback = json['default'] === undefined ? null : wordAt(json, 'default', spot);
  if (fallback !== null && !symbols.includes(fallback)) throw unreadable(spot, `the default ${fallback} is no symbol of ${fullName}`);
  const shape: EnumShape = { kind: 'enum', fullName, symbols, fallback };
  reader.own.set(fullName, shape);
  return shape;
}

function recordShape(json: Json, spot: string, reader: Reader): RecordShape {
  const namespace = spaceOf(json, reader);
  const fullName = fullNameOf(wordAt(json, 'name', spot), namespace);
  const inner = { ...reader, namespace };
  const fields = listAt(json['fields'], spot).map((field) => fieldShape(objectAt(field, spot), spot, inner));
  const names = new Set(fields.map(({ name }) => name));
  if (names.size !== fields.length) throw unreadable(spot, `${fullName} has two fields of one name`);
  const shape: RecordShape = { kind: 'record', fullName, doc: docOf(json), fields };
  reader.own.set(fullName, shape);
  return shape;
}

function fieldShape(json: Json, spot: string, reader: Reader): FieldShape {
  const name = wordAt(json, 'name', spot);
  if (!/^[a-z][A-Za-z0-9]*$/.test(name)) throw unreadable(spot, `field ${name} must be in camelCase`);
  const here = `${spot}: field ${name}`;
  const shape = typeShape(json['type'], here, reader);
  if (json['default'] !== undefined) valueOfDefault(shape, json['default'], here);
  const personal = personalIn(json, here);
  return { name, doc: docOf(json), shape, fallback: json['default'], ...(personal && { personal }) };
}

function personalIn(json: Json, spot: string): PersonalKind | undefined {
  const said = json['personal'];
  if (said === undefined) return undefined;
  const kind = personalKinds.find((one) => one === said);
  if (!kind) throw unreadable(spot, `"personal" must be one of ${personalKinds.join(', ')}`);
  return kind;
}

function spaceOf(json: Json, { namespace }: Reader): string {
  return typeof json['namespace'] === 'string' ? json['namespace'] : namespace;
}

function fullNameOf(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function docOf(json: Json): string {
  return typeof json['doc'] === 'string' ? json['doc'] : '';
}
