import { fen } from '@order-mesh/kernel';
import { valueOfDefault, type ArrayShape, type EnumShape, type NullableShape, type PlainShape, type RecordShape, type Shape } from '@order-mesh/contracts';
import { MAX_INSTANT, MAX_ITEMS } from './limits.ts';
import { Unreadable, type Source } from './source.ts';

/** Reads one value as its writer wrote it and gives it in the shape its reader wants. Throws `Unreadable`. */
export type Read = (source: Source) => unknown;

/**
 * Builds the reader of one pair of schema versions, once. Fields only the writer has are read over, fields only the reader has get their default.
 * Throws `Unreadable` when the two do not go together, which the compatibility gate rules out for schemas of our own.
 */
export function readerFor(writer: Shape, reader: Shape, path: string): Read {
  if (writer.kind === 'record' && reader.kind === 'record') return recordReader(writer, reader, path);
  if (writer.kind === 'array' && reader.kind === 'array') return arrayReader(writer, reader, path);
  if (writer.kind === 'nullable' && reader.kind === 'nullable') return nullableReader(writer, reader, path);
  if (writer.kind === 'enum' && reader.kind === 'enum') return enumReader(writer, reader, path);
  if (writer.kind === reader.kind && isPlain(writer)) return plainReader(writer, path);
  throw new Unreadable('incompatible', `${path} is a ${writer.kind} where a ${reader.kind} is expected`);
}

function isPlain(shape: Shape): shape is PlainShape {
  return !['record', 'array', 'nullable', 'enum'].includes(shape.kind);
}

function plainReader({ kind }: PlainShape, path: string): Read {
  switch (kind) {
    case 'string': return (source) => source.text(path);
    case 'long': return (source) => source.long(path);
    case 'fen': return (source) => fen(source.long(path));
    case 'int': return (source) => within(source.long(path), 0x7fff_ffff, path);
    case 'instant': return (source) => within(source.long(path), MAX_INSTANT, path);
    case 'boolean': return (source) => bit(source.byte(path), path) === 1;
    case 'double': return (source) => finite(source.double(path), path);
  }
}

function within(value: number, limit: number, path: string): number {
  // Two's complement: there is one more below zero than above.
  if (value > limit || value < -limit - 1) throw new Unreadable('invalid-value', `${path} is out of range`);
  return value;
}

function bit(value: number, path: string): number {
  if (value > 1) throw new Unreadable('malformed', `${path} is neither 0 nor 1`);
  return value;
}

function finite(value: number, path: string): number {
  if (!Number.isFinite(value)) throw new Unreadable('invalid-value', `${path} is not a number`);
  return value;
}

function nullableReader(writer: NullableShape, reader: NullableShape, path: string): Read {
  const read = readerFor(writer.of, reader.of, path);
  return (source) => {
    const branch = source.long(path);
    if (branch === 0) return null;
    if (branch === 1) return read(source);
    throw new Unreadable('malformed', `${path} has no alternative ${branch}`);
  };
}

function enumReader(writer: EnumShape, reader: EnumShape, path: string): Read {
  const symbols = writer.symbols.map((symbol) => (reader.symbols.includes(symbol) ? symbol : reader.fallback));
  return (source) => {
    const symbol = symbols[source.long(path)];
    if (typeof symbol !== 'string') throw new Unreadable('invalid-value', `${path} holds an unknown symbol`);
    return symbol;
  };
}

function arrayReader(writer: ArrayShape, reader: ArrayShape, path: string): Read {
  const read = readerFor(writer.items, reader.items, `${path}[]`);
  return (source) => {
    const items: unknown[] = [];
    for (let count = blockCount(source, path); count > 0; count = blockCount(source, path)) {
      // Counted before anything is read: items of no size would otherwise fill the memory from five bytes.
      if (items.length + count > MAX_ITEMS) throw new Unreadable('too-large', `${path} has more than ${MAX_ITEMS} items`);
      for (let left = count; left > 0; left -= 1) items.push(read(source));
    }
    return items;
  };
}

function blockCount(source: Source, path: string): number {
  const count = source.long(path);
  if (count >= 0) return count;
  const size = source.long(path);
  if (size < 0) throw new Unreadable('malformed', `${path} has a block of negative size`);
  return -count;
}

function recordReader(writer: RecordShape, reader: RecordShape, path: string): Read {
  if (writer.fullName !== reader.fullName) throw new Unreadable('incompatible', `${path} is a ${writer.fullName} where a ${reader.fullName} is expected`);
  const wanted = new Map(reader.fields.map((field) => [field.name, field.shape]));
  const steps = writer.fields.map(({ name, shape }) => ({ name, kept: wanted.has(name), read: readerFor(shape, wanted.get(name) ?? shape, `${path}.${name}`) }));
  const given = new Set(writer.fields.map((field) => field.name));
  const defaults = reader.fields.filter((field) => !given.has(field.name)).map((field) => {
    if (field.fallback === undefined) throw new Unreadable('incompatible', `${path}.${field.name} is missing and has no default`);
    return { name: field.name, value: valueOfDefault(field.shape, field.fallback, `${path}.${field.name}`) };
  });
  return (source) => {
    const value: Record<string, unknown> = {};
    for (const { name, kept, read } of steps) {
      const field = read(source);
      if (kept) value[name] = field;
    }
    for (const { name, value: fallback } of defaults) value[name] = fallback;
    return value;
  };
}
