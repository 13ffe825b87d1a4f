import { MeshError } from '@order-mesh/kernel';

type Read = (bytes: Cursor) => unknown;

/**
 * Compiles an Avro schema (JSON) into a reader of messages. Reads no more than the bytes given and makes no list longer than they are, whatever a
 * message claims. Longs beyond 2^53 come as bigint. Throws PARTNER_BROKEN for a schema it does not understand, the reader for a message that does not fit.
 */
export function avroReader(schema: string): (message: Uint8Array) => unknown {
  const read = compile(JSON.parse(schema), new Map());
  return (message) => {
    const cursor = new Cursor(message);
    const value = read(cursor);
    if (cursor.left > 0) throw broken(`${cursor.left} bytes are left over`);
    return value;
  };
}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Buffer {
    if (count < 0 || count > this.left) throw broken(`it ends within a value (${count} bytes wanted, ${this.left} left)`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  long(): number | bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return narrowed((value >> 1n) ^ -(value & 1n));
    }
    throw broken('a number has no end');
  }

  count(): number {
    return Number(this.long());
  }
}

const PRIMITIVES: Readonly<Record<string, Read>> = {
  null: () => null,
  boolean: (bytes) => bytes.take(1)[0] === 1,
  int: (bytes) => bytes.count(),
  long: (bytes) => bytes.long(),
  float: (bytes) => bytes.take(4).readFloatLE(),
  double: (bytes) => bytes.take(8).readDoubleLE(),
  string: (bytes) => bytes.take(bytes.count()).toString('utf8'),
  bytes: (bytes) => Buffer.from(bytes.take(bytes.count())),
};

type Names = Map<string, Read>;

function compile(schema: unknown, names: Names): Read {
  if (typeof schema === 'string') return named(schema, names);
  if (Array.isArray(schema)) return union(schema.map((branch) => compile(branch, names)));
  const { type, name, namespace, fields, symbols, items, values, size } = fieldsOf(schema);
  if (type === 'array') return blocks(compile(items, names), (list) => list);
  if (type === 'map') return blocks(pair(compile(values, names)), (list) => Object.fromEntries(list.filter(isPair)));
  if (type !== 'record' && type !== 'enum' && type !== 'fixed') return compile(type, names);
  const remember = (read: Read): Read => {
    names.set(String(name), read).set(`${String(namespace)}.${String(name)}`, read);
    return read;
  };
  if (type === 'fixed') return remember((bytes) => Buffer.from(bytes.take(Number(size))));
  if (type === 'enum') return remember(enumeration(Array.isArray(symbols) ? symbols.map(String) : []));
  const parts: { readonly name: string; readonly read: Read }[] = [];
  const record = remember((bytes) => Object.fromEntries(parts.map((part) => [part.name, part.read(bytes)])));
  for (const field of Array.isArray(fields) ? fields.map(fieldsOf) : []) parts.push({ name: String(field['name']), read: compile(field['type'], names) });
  return record;
}

function named(name: string, names: Names): Read {
  const read = PRIMITIVES[name] ?? names.get(name) ?? names.get(name.slice(name.lastIndexOf('.') + 1));
  if (!read) throw broken(`its schema uses the type ${name}, which is not known`);
  return read;
}

function union(branches: readonly Read[]): Read {
  return (bytes) => {
    const branch = branches[bytes.count()];
    if (!branch) throw broken('it takes a branch that a union does not have');
    return branch(bytes);
  };
}

function enumeration(symbols: readonly string[]): Read {
  return (bytes) => {
    const symbol = symbols[bytes.count()];
    if (symbol === undefined) throw broken('it takes a symbol that an enum does not have');
    return symbol;
  };
}

function blocks(item: Read, finish: (list: readonly unknown[]) => unknown): Read {
  return (bytes) => {
    const list: unknown[] = [];
    for (let count = bytes.count(); count !== 0; count = bytes.count()) {
      if (count < 0) bytes.long();
      const items = Math.abs(count);
      // An item takes at least one byte: a list can't be longer than what is left
      if (items > bytes.left) throw broken(`a list claims ${items} items in ${bytes.left} bytes`);
      for (let index = 0; index < items; index += 1) list.push(item(bytes));
    }
    return finish(list);
  };
}

function pair(value: Read): Read {
  return (bytes) => [bytes.take(bytes.count()).toString('utf8'), value(bytes)];
}

function isPair(item: unknown): item is [string, unknown] {
  return Array.isArray(item) && item.length === 2;
}

function narrowed(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function broken(what: string): MeshError {
  return new MeshError('PARTNER_BROKEN', { advice: `a change event can't be read: ${what}` });
}
