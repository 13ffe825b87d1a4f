import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { MeshError } from '@order-mesh/kernel';
import type { OutgoingRecord } from './broker/broker.ts';

const PLAIN = 1;
const COMPRESSED = 2;
const HEAD_BYTES = 5;
const RECORD_HEAD_BYTES = 8;
/** What is smaller fits beside its row anyway. */
const COMPRESS_FROM_BYTES = 2_000;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Packs all messages of a batch into the one outbox row of its transaction. The frames are the very bytes that go to Kafka; their headers
 * repeat themselves, so a large row is compressed (Zstandard), which costs less than writing it to the log of the database.
 */
export function packRecords(records: readonly OutgoingRecord[]): Buffer {
  const packed = pack(records);
  return packed.length < COMPRESS_FROM_BYTES ? packed : Buffer.concat([Buffer.from([COMPRESSED]), zstdCompressSync(packed, FASTEST)]);
}

/** The inverse of `packRecords`; the bytes are our own, so a failure is a broken promise and throws. */
export function unpackRecords(packed: Buffer): readonly OutgoingRecord[] {
  return unpack(packed[0] === COMPRESSED ? zstdDecompressSync(packed.subarray(1)) : packed);
}

// version, length of the topics' names, the names joined by line ends; then per record topic index and partition (16 bits each), length, frame
function pack(records: readonly OutgoingRecord[]): Buffer {
  const indexOf = new Map<string, number>();
  let size = HEAD_BYTES;
  for (const { topic, frame } of records) {
    if (!indexOf.has(topic)) indexOf.set(topic, indexOf.size);
    size += RECORD_HEAD_BYTES + frame.length;
  }
  const names = Buffer.from([...indexOf.keys()].join('\n'));
  const packed = Buffer.allocUnsafe(size + names.length);
  packed.writeUInt8(PLAIN, 0);
  let at = packed.writeUInt32BE(names.length, 1);
  at += names.copy(packed, at);
  for (const { topic, partition, frame } of records) {
    at = packed.writeUInt16BE(indexOf.get(topic) ?? 0, at);
    at = packed.writeUInt16BE(partition, at);
    at = packed.writeUInt32BE(frame.length, at);
    at += frame.copy(packed, at);
  }
  return packed;
}

function unpack(packed: Buffer): readonly OutgoingRecord[] {
  if (packed[0] !== PLAIN) throw new MeshError('BROKEN_PROMISE', { advice: `an outbox row has format ${packed[0]}, which this build does not know; publish it with the build that wrote it` });
  const namesEnd = HEAD_BYTES + packed.readUInt32BE(1);
  const topics = packed.toString('utf8', HEAD_BYTES, namesEnd).split('\n');
  const records: OutgoingRecord[] = [];
  for (let at = namesEnd; at < packed.length;) {
    const topic = topics[packed.readUInt16BE(at)] ?? '';
    const partition = packed.readUInt16BE(at + 2);
    const start = at + RECORD_HEAD_BYTES;
    const end = start + packed.readUInt32BE(at + 4);
    if (end > packed.length) throw new MeshError('BROKEN_PROMISE', { advice: 'an outbox row ends within a record; look at messaging.outbox' });
    records.push({ topic, partition, frame: packed.subarray(start, end) });
    at = end;
  }
  return records;
}
