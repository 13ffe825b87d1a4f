import { MeshError } from '@order-mesh/kernel';

/** Writes one element and gives the place after it. */
type WriteElement = (into: Buffer, at: number, value: unknown) => number;

interface ElementType {
  readonly oid: number;
  /** Bytes of an element at most, without its length. */
  readonly sizeOf: (value: unknown) => number;
  readonly write: WriteElement;
}

const fixed = (oid: number, size: number, write: (into: Buffer, at: number, value: unknown) => unknown): ElementType => ({
  oid,
  sizeOf: () => size,
  write: (into, at, value) => {
    write(into, at, value);
    return at + size;
  },
});

// what PostgreSQL counts timestamps from: 2000-01-01T00:00:00Z
const POSTGRES_EPOCH_MS = 946_684_800_000;
const MOST_BYTES_A_CHARACTER = 3;
const JSONB_VERSION = 1;

const text: ElementType = {
  oid: 25,
  sizeOf: (value) => String(value).length * MOST_BYTES_A_CHARACTER,
  write: (into, at, value) => at + into.write(String(value), at),
};

const int8 = fixed(20, 8, (into, at, value) => into.writeBigInt64BE(BigInt(value as bigint | number), at));
const int4 = fixed(23, 4, (into, at, value) => into.writeInt32BE(Number(value), at));
const bool = fixed(16, 1, (into, at, value) => into.writeUInt8(value === true ? 1 : 0, at));
const timestamptz = fixed(1184, 8, (into, at, value) => into.writeBigInt64BE(BigInt(Number(value) - POSTGRES_EPOCH_MS) * 1_000n, at));

const jsonb: ElementType = {
  oid: 3802,
  sizeOf: (value) => text.sizeOf(value) + 1,
  write: (into, at, value) => text.write(into, into.writeUInt8(JSONB_VERSION, at), value),
};

const bytea: ElementType = {
  oid: 17,
  sizeOf: (value) => bytesOf(value).length,
  write: (into, at, value) => at + bytesOf(value).copy(into, at),
};

const TYPES: Readonly<Record<string, ElementType>> = {
  text, int8, bigint: int8, int4, int: int4, integer: int4, bool, boolean: bool, timestamptz, jsonb, bytea,
};

/**
 * Puts the array parameters of a statement into PostgreSQL's binary format; their types are read from its casts (`$1::text[]`).
 * Saves quoting every element here and unquoting it there. Elements: text, bigint or number, boolean, Date or milliseconds for timestamptz,
 * JSON text for jsonb, Buffer; null for NULL. Parameters without such a cast stay as they are.
 */
export function inBinary(statement: string, values: readonly unknown[]): unknown[] {
  const types = typesIn(statement);
  return values.map((value, index) => {
    const type = types.get(index);
    return type && Array.isArray(value) ? encoded(type, value) : value;
  });
}

const CAST = /\$(\d+)::(\w+)\[\]/g;
const known = new Map<string, ReadonlyMap<number, ElementType>>();

function typesIn(statement: string): ReadonlyMap<number, ElementType> {
  const found = known.get(statement);
  if (found) return found;
  const types = new Map([...statement.matchAll(CAST)].flatMap(([, place, name = '']) => {
    const type = TYPES[name];
    return type ? [[Number(place) - 1, type] as const] : [];
  }));
  known.set(statement, types);
  return types;
}

const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

// dimensions, whether there are NULLs, element type, then of the one dimension length and lower bound; then each element behind its length
function encoded({ oid, sizeOf, write }: ElementType, values: readonly unknown[]): Buffer {
  let most = HEAD_BYTES;
  let nulls = 0;
  for (const value of values) {
    most += LENGTH_BYTES;
    if (isNull(value)) nulls = 1;
    else most += sizeOf(value);
  }
  const bytes = Buffer.allocUnsafe(most);
  bytes.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  bytes.writeInt32BE(nulls, 4);
  bytes.writeInt32BE(oid, 8);
  if (values.length === 0) return bytes.subarray(0, 12);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (isNull(value)) {
      at = bytes.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const start = at + LENGTH_BYTES;
    const end = write(bytes, start, value);
    bytes.writeInt32BE(end - start, at);
    at = end;
  }
  return bytes.subarray(0, at);
}

const isNull = (value: unknown): boolean => value === null || value === undefined;

function bytesOf(value: unknown): Buffer {
  if (!Buffer.isBuffer(value)) throw new MeshError('BROKEN_PROMISE', { advice: 'a bytea[] parameter holds something that is no Buffer' });
  return value;
}
