import { MAX_FEN } from '@order-mesh/kernel';
import type { PlainShape, RecordShape, Shape } from '@order-mesh/contracts';
import { MAX_INSTANT, MAX_ITEMS } from './limits.ts';
import { Unwritable, type Sink } from './sink.ts';

/** Writes one value. Throws `Unwritable` naming the field that does not fit. */
export type Write = (sink: Sink, value: unknown) => void;

/** Builds the writer of a shape, once. What it accepts, a reader of the same shape accepts too. */
export function writerFor(shape: Shape, path: string): Write {
  switch (shape.kind) {
    case 'record': return recordWriter(shape, path);
    case 'array': return arrayWriter(shape.items, path);
    case 'nullable': return nullableWriter(shape.of, path);
    case 'enum': return enumWriter(shape.symbols, path);
    default: return plainWriter(shape, path);
  }
}

function plainWriter({ kind }: PlainShape, path: string): Write {
  switch (kind) {
    case 'string': return (sink, value) => {
      if (typeof value !== 'string') throw misfit(path, 'a text', value);
      if (value.includes('\0')) throw new Unwritable(`${path} holds a NUL character, which PostgreSQL cannot store`);
      sink.text(value);
    };
    case 'fen': return (sink, value) => {
      if (typeof value !== 'bigint' || value > MAX_FEN || value < -MAX_FEN) throw misfit(path, 'an amount in fen (a bigint)', value);
      sink.long(Number(value));
    };
    case 'int': return wholeWriter(0x7fff_ffff, path);
    case 'long': return wholeWriter(Number.MAX_SAFE_INTEGER, path);
    case 'instant': return wholeWriter(MAX_INSTANT, path);
    case 'boolean': return (sink, value) => {
      if (typeof value !== 'boolean') throw misfit(path, 'true or false', value);
      sink.byte(value ? 1 : 0);
    };
    case 'double': return (sink, value) => {
      if (typeof value !== 'number' || !Number.isFinite(value)) throw misfit(path, 'a number', value);
      sink.double(value);
    };
  }
}

function wholeWriter(limit: number, path: string): Write {
  return (sink, value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value > limit || value < -limit - 1) {
      throw misfit(path, `a whole number up to ${limit}`, value);
    }
    sink.long(value);
  };
}

function nullableWriter(of: Shape, path: string): Write {
  const write = writerFor(of, path);
  return (sink, value) => {
    sink.byte(value === null ? 0 : 2);
    if (value !== null) write(sink, value);
  };
}

function enumWriter(symbols: readonly string[], path: string): Write {
  return (sink, value) => {
    const index = typeof value === 'string' ? symbols.indexOf(value) : -1;
    if (index < 0) throw misfit(path, `one of ${symbols.join(', ')}`, value);
    sink.long(index);
  };
}

function arrayWriter(items: Shape, path: string): Write {
  const write = writerFor(items, `${path}[]`);
  return (sink, value) => {
    if (!Array.isArray(value)) throw misfit(path, 'a list', value);
    if (value.length > MAX_ITEMS) throw new Unwritable(`${path} has more than ${MAX_ITEMS} items`);
    if (value.length > 0) sink.long(value.length);
    for (const item of value) write(sink, item);
    sink.byte(0);
  };
}

function recordWriter({ fields }: RecordShape, path: string): Write {
  const steps = fields.map(({ name, shape }) => ({ name, write: writerFor(shape, `${path}.${name}`) }));
  return (sink, value) => {
    if (!isRecord(value)) throw misfit(path, 'a record', value);
    for (const { name, write } of steps) write(sink, value[name]);
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Never shows a text: it may be somebody's name or telephone number.
function misfit(path: string, wanted: string, value: unknown): Unwritable {
  const shown = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value === null ? 'null' : typeof value;
  return new Unwritable(`${path} must be ${wanted}, got ${shown}`);
}
