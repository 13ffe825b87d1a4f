import { crc32c } from '@platformatic/kafka';

export interface BatchStamp {
  /** Milliseconds since the epoch, of all records. */
  readonly now: bigint;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Of the first record. */
  readonly sequence: number;
}

const HEAD_BYTES = 61;
const CRC_AT = 17;
const CHECKED_FROM = 21;
const MAGIC = 2;

/** Frames as one Kafka record batch of format 2, uncompressed (https://kafka.apache.org/documentation/#recordbatch). */
export function recordBatch(frames: readonly Buffer[], { now, producerId, producerEpoch, sequence }: BatchStamp): Buffer {
  let size = HEAD_BYTES;
  for (let index = 0; index < frames.length; index += 1) size += recordSize(frames[index]?.length ?? 0, index);
  const batch = Buffer.allocUnsafe(size);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(size - 12, 8);
  batch.writeInt32BE(0, 12);
  batch.writeInt8(MAGIC, 16);
  batch.writeInt16BE(0, CHECKED_FROM);
  batch.writeInt32BE(frames.length - 1, 23);
  batch.writeBigInt64BE(now, 27);
  batch.writeBigInt64BE(now, 35);
  batch.writeBigInt64BE(producerId, 43);
  batch.writeInt16BE(producerEpoch, 51);
  batch.writeInt32BE(sequence, 53);
  batch.writeInt32BE(frames.length, 57);
  let at = HEAD_BYTES;
  for (const [index, frame] of frames.entries()) at = writeRecord(batch, at, { frame, index });
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM)), CRC_AT);
  return batch;
}

// attributes and the difference to the first timestamp, both 0
const STILL_BYTES = 2;

function recordSize(frameBytes: number, index: number): number {
  const body = STILL_BYTES + varintSize(index) + frameBytes;
  return varintSize(body) + body;
}

function writeRecord(batch: Buffer, start: number, { frame, index }: { readonly frame: Buffer; readonly index: number }): number {
  let at = writeVarint(batch, start, STILL_BYTES + varintSize(index) + frame.length);
  batch[at] = 0;
  batch[at + 1] = 0;
  at = writeVarint(batch, at + STILL_BYTES, index);
  batch.set(frame, at);
  return at + frame.length;
}

/** Bytes of a whole number from 0 on as a zigzag varint. */
function varintSize(value: number): number {
  let size = 1;
  for (let left = value * 2; left >= 0x80; left = Math.floor(left / 128)) size += 1;
  return size;
}

function writeVarint(into: Buffer, start: number, value: number): number {
  let at = start;
  let left = value * 2;
  for (; left >= 0x80; left = Math.floor(left / 128)) into[at++] = (left % 128) | 0x80;
  into[at] = left;
  return at + 1;
}
