import type { Batch, IHeaders, KafkaMessage } from 'kafkajs';
import type { IncomingRecord } from './broker.ts';

/** Reads a fetched batch from offset `from` on. */
export function recordsFrom(batch: Batch, from: bigint): readonly IncomingRecord[] {
  const records: IncomingRecord[] = [];
  for (const message of batch.messages) {
    const offset = BigInt(message.offset);
    if (offset >= from) records.push(toRecord(batch, message, offset));
  }
  return records;
}

function toRecord({ topic, partition }: Batch, { key, value, headers, timestamp }: KafkaMessage, offset: bigint): IncomingRecord {
  return { topic, partition, offset, key: key?.toString() ?? '', value, headers: textsOf(headers ?? {}), timestamp: Number(timestamp) };
}

function textsOf(headers: IHeaders): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    // plain assignment of this name would change the object's ancestry instead of setting a header
    Object.defineProperty(texts, name, { value: last?.toString() ?? '', enumerable: true, configurable: true, writable: true });
  }
  return texts;
}
