import type { TopicPartition } from './broker.ts';

/** Names a partition among all topics, as a key. */
export const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * The partition of a key: murmur2 over its UTF-8 bytes, as the Java client's default partitioner does it,
 * so that every producer of any language puts an order on the same partition number.
 * @param count partitions of the topic, at least 1
 */
export function partitionFor(key: string, count: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % count;
}

/** Kafka's 32-bit murmur2, signed (org.apache.kafka.common.utils.Utils.murmur2; MurmurHash2 by Austin Appleby, public domain). */
export function murmur2(bytes: Buffer): number {
  const whole = bytes.length & ~3;
  let hash = 0x9747b28c ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    hash = Math.imul(hash, MIX) ^ mixed(bytes.readInt32LE(at));
  }
  hash = withTail(hash, bytes, whole);
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}

const MIX = 0x5bd1e995;

function mixed(word: number): number {
  const spread = Math.imul(word, MIX);
  return Math.imul(spread ^ (spread >>> 24), MIX);
}

function withTail(hash: number, bytes: Buffer, whole: number): number {
  if (whole === bytes.length) return hash;
  let tail = hash;
  for (let at = whole; at < bytes.length; at += 1) tail ^= bytes.readUInt8(at) << (8 * (at - whole));
  return Math.imul(tail, MIX);
}
