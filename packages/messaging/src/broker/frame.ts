import { MeshError } from '@order-mesh/kernel';
import { MAX_MESSAGE_BYTES } from '../codec/limits.ts';
import { Sink } from '../codec/sink.ts';
import type { OutgoingRecord } from './broker.ts';

/** What a record carries besides its place. */
export interface Content {
  readonly key: string;
  /** Null for a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A record ready to go out. */
export function outgoing({ topic, partition, ...content }: Content & Pick<OutgoingRecord, 'topic' | 'partition'>): OutgoingRecord {
  return { topic, partition, frame: framed(content) };
}

// whether Kafka takes it is for the queue to say
const sink = new Sink(8 * MAX_MESSAGE_BYTES);
const ABSENT = -1;

/** Key, value and headers as they stand in a record of Kafka's record batch (format 2, from the key's length on). */
export function framed({ key, value, headers }: Content): Buffer {
  const pairs = Object.entries(headers);
  return framedWith({ key, value, headerCount: pairs.length, writeHeaders: (to) => {
    for (const [name, text] of pairs) {
      to.text(name);
      to.text(text);
    }
  } });
}

interface FrameParts extends Omit<Content, 'headers'> {
  readonly headerCount: number;
  /** Writes the pairs of name and value. */
  readonly writeHeaders: (sink: Sink) => void;
}

/** The same where the caller writes the headers, because it has some of them in bytes already. */
export function framedWith({ key, value, headerCount, writeHeaders }: FrameParts): Buffer {
  sink.begin();
  sink.text(key);
  if (value === null) sink.long(ABSENT);
  else {
    sink.long(value.length);
    sink.raw(value);
  }
  sink.long(headerCount);
  writeHeaders(sink);
  return sink.finish();
}

/** The inverse of `framed`. The bytes are our own, so a failure is a broken promise and throws. */
export function unframed(frame: Buffer): Content {
  const at = { place: 0 };
  const key = bytesAt(frame, at);
  const value = bytesAt(frame, at);
  const headers: Record<string, string> = {};
  for (let left = varintAt(frame, at); left > 0; left -= 1) headers[String(bytesAt(frame, at))] = String(bytesAt(frame, at) ?? '');
  if (at.place !== frame.length) throw broken();
  return { key: String(key ?? ''), value, headers };
}

interface Cursor {
  place: number;
}

function bytesAt(frame: Buffer, at: Cursor): Buffer | null {
  const size = varintAt(frame, at);
  if (size === ABSENT) return null;
  const end = at.place + size;
  if (size < 0 || end > frame.length) throw broken();
  const bytes = frame.subarray(at.place, end);
  at.place = end;
  return bytes;
}

function varintAt(frame: Buffer, at: Cursor): number {
  let bits = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = frame[at.place];
    if (byte === undefined) throw broken();
    at.place += 1;
    bits |= (byte & 0x7f) << shift;
    if (byte < 0x80) return (bits >>> 1) ^ -(bits & 1);
  }
  throw broken();
}

const broken = (): MeshError => new MeshError('BROKEN_PROMISE', { advice: 'a record of the outbox is damaged; look at messaging.outbox' });
