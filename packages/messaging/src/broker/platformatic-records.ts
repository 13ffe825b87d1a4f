import type { Consumer, KafkaRecord, RecordsBatch } from '@platformatic/kafka';
import type { IncomingRecord, TopicPartition } from './broker.ts';

export type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;
export type FetchedPartition = FetchResponse['responses'][number]['partitions'][number];

const IS_CONTROL = 1 << 5;
const IS_APPEND_TIME = 1 << 3;

/** Reads what was fetched of one partition from `from` on, and where to go on reading. */
export function recordsFrom(fetched: FetchedPartition, source: TopicPartition, from: bigint): { readonly records: IncomingRecord[]; readonly next: bigint } {
  const records: IncomingRecord[] = [];
  let next = from;
  for (const batch of fetched.records ?? []) {
    if ((batch.attributes & IS_CONTROL) === 0) readBatch(batch, source, from, records);
    const end = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (end > next) next = end;
  }
  return { records, next };
}

function readBatch(batch: RecordsBatch, { topic, partition }: TopicPartition, from: bigint, into: IncomingRecord[]): void {
  const first = Number(batch.firstTimestamp);
  const appended = (batch.attributes & IS_APPEND_TIME) === 0 ? undefined : Number(batch.maxTimestamp);
  for (const record of batch.records) {
    const offset = batch.firstOffset + BigInt(record.offsetDelta);
    if (offset < from) continue;
    into.push({
      topic,
      partition,
      offset,
      key: record.key?.toString() ?? '',
      value: record.value,
      headers: headersOf(record),
      timestamp: appended ?? first + Number(record.timestampDelta),
    });
  }
}

function headersOf(record: KafkaRecord): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of record.headers) {
    if (name) set(headers, name.toString(), value?.toString() ?? '');
  }
  return headers;
}

function set(headers: Record<string, string>, name: string, value: string): void {
  // assigning to this name would change the object's ancestry instead of setting a header
  if (name === '__proto__') Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true });
  else headers[name] = value;
}
