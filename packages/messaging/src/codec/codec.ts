import { MeshError } from '@order-mesh/kernel';
import { isMessageName, registry, shapeOf, type AnyMessage, type MessageName, type RecordShape, type RegisteredSchema } from '@order-mesh/contracts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { readerFor, type Read } from './reader.ts';
import { Sink, Unwritable } from './sink.ts';
import { Source, Unreadable, type UnreadableReason } from './source.ts';
import { writerFor, type Write } from './writer.ts';

export type Decoded =
  | { readonly ok: true; readonly message: AnyMessage; readonly schemaId: number }
  | { readonly ok: false; readonly reason: UnreadableReason; readonly detail: string };

/** Turns messages into Confluent's wire format and back. */
export interface Codec {
  /** Throws BAD_MESSAGE naming the field when the value does not fit the newest schema of its type. */
  encode(message: AnyMessage): Buffer;
  /**
   * Gives the message in its newest shape, whichever version it was written with, or why it cannot be read. Never throws, and never takes
   * more memory than a small multiple of the bytes given.
   */
  decode(bytes: Buffer | null): Decoded;
  /** Makes a schema of somebody else's registry readable. Throws BAD_REQUEST when it is outside the part of Avro the mesh speaks. */
  learn(id: number, schema: string): void;
}

export interface CodecOptions {
  /** The number of each message's newest schema in an external registry; our own numbers are then neither written nor read. */
  readonly ids?: ReadonlyMap<string, number>;
  /** Schemas of that registry by number, as JSON text. */
  readonly foreign?: ReadonlyMap<number, string>;
  /** What was ever released; a test may bring its own. */
  readonly released?: readonly RegisteredSchema[];
}

const MAGIC = 0;
const HEADER_BYTES = 5;

/** Makes a codec. Schemas are compiled when first met and kept. */
export function createCodec({ ids, foreign = new Map(), released = registry }: CodecOptions = {}): Codec {
  const newest = new Map(released.map((entry) => [entry.name, entry]));
  const written = ids ?? new Map([...newest.values()].map(({ name, id }) => [name, id]));
  const schemas = ids
    ? new Map([...foreign, ...[...newest.values()].flatMap(({ name, schema }) => idOf(ids, name, schema))])
    : new Map([...released.map(({ id, schema }) => [id, schema] as const), ...foreign]);
  const current = lazily((name: string) => currentShape(newest, name));
  const writers = lazily((name: string): Write => writerFor(current(name), name));
  const readers = lazily((id: number) => readerOf(id, schemas.get(id), current));
  const sink = new Sink();
  return {
    encode: (message) => encode(message, { sink, write: writers(message.type), id: written.get(message.type) }),
    decode: (bytes) => decode(bytes, readers),
    learn: (id, schema) => {
      shapeOf(schema, `schema ${id}`);
      if (!schemas.has(id)) schemas.set(id, schema);
    },
  };
}

function encode({ type, value }: AnyMessage, to: { readonly sink: Sink; readonly write: Write; readonly id: number | undefined }): Buffer {
  if (to.id === undefined) throw new MeshError('BAD_MESSAGE', { advice: `${type} has no schema number; register its schema first` });
  try {
    to.sink.begin();
    to.sink.byte(MAGIC);
    to.sink.uint32(to.id);
    to.write(to.sink, value);
    const bytes = to.sink.finish();
    if (bytes.length > MAX_MESSAGE_BYTES) throw new Unwritable(`${type} is larger than ${MAX_MESSAGE_BYTES} bytes`);
    return bytes;
  } catch (cause) {
    if (!(cause instanceof Unwritable)) throw cause;
    throw new MeshError('BAD_MESSAGE', { advice: `${cause.message} (message ${type})`, cause });
  }
}

function decode(bytes: Buffer | null, readers: (id: number) => MessageReader): Decoded {
  if (bytes === null) return { ok: false, reason: 'tombstone', detail: 'the record has no value' };
  try {
    if (bytes.length > MAX_MESSAGE_BYTES) throw new Unreadable('too-large', `${bytes.length} bytes; at most ${MAX_MESSAGE_BYTES} are read`);
    if (bytes[0] !== MAGIC) throw new Unreadable('not-framed', 'it does not begin with a zero byte');
    if (bytes.length < HEADER_BYTES) throw new Unreadable('truncated', 'the message ends within its schema number');
    const schemaId = bytes.readInt32BE(1);
    const { type, read } = readers(schemaId);
    const source = new Source(bytes, HEADER_BYTES);
    const value = read(source);
    if (source.at < bytes.length) throw new Unreadable('trailing-bytes', `${bytes.length - source.at} bytes follow the end of ${type}`);
    // The reader built the value from the schema that the type was generated from.
    return { ok: true, message: { type, value } as AnyMessage, schemaId };
  } catch (error) {
    return { ok: false, reason: error instanceof Unreadable ? error.reason : 'malformed', detail: error instanceof Error ? error.message : String(error) };
  }
}

interface MessageReader {
  readonly type: MessageName;
  readonly read: Read;
}

function readerOf(id: number, schema: string | undefined, current: (name: string) => RecordShape): MessageReader {
  if (schema === undefined) throw new Unreadable('unknown-schema', `no schema is known by the number ${id}`);
  const writer = shapeOf(schema, `schema ${id}`);
  const type = writer.fullName.slice(writer.fullName.lastIndexOf('.') + 1);
  if (!isMessageName(type)) throw new Unreadable('unknown-schema', `schema ${id} describes ${writer.fullName}, which is no message of the mesh`);
  return { type, read: readerFor(writer, current(type), type) };
}

function currentShape(newest: ReadonlyMap<string, RegisteredSchema>, name: string): RecordShape {
  const entry = newest.get(name);
  if (!entry) throw new Unreadable('unknown-schema', `${name} was never released`);
  return shapeOf(entry.schema, name);
}

function idOf(ids: ReadonlyMap<string, number>, name: string, schema: string): readonly (readonly [number, string])[] {
  const id = ids.get(name);
  return id === undefined ? [] : [[id, schema]];
}

// A failure is not kept: a schema may be learnt after it was first missed.
function lazily<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
