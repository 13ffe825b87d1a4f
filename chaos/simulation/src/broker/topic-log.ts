import type { IncomingRecord } from '@order-mesh/messaging';

/** A record as the broker stores it; followers of its partition see it, and what lies behind it, from then on. */
export interface StoredRecord extends IncomingRecord {
  readonly visibleAt: number;
}

/** One partition of one topic. */
export class PartitionLog {
  readonly topic: string;
  readonly partition: number;
  readonly records: StoredRecord[] = [];

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get end(): bigint {
    return BigInt(this.records.length);
  }

  append(record: Omit<StoredRecord, 'offset' | 'topic' | 'partition'>): StoredRecord {
    const { topic, partition } = this;
    const after = this.records.at(-1)?.visibleAt ?? 0;
    const stored = { ...record, topic, partition, offset: this.end, visibleAt: Math.max(after, record.visibleAt) };
    this.records.push(stored);
    return stored;
  }
}
