import type { IncomingRecord, TopicPartition } from './broker.ts';
import { partitionKey } from './offset-book.ts';

/** Records that arrived and wait for `next()`, in order of arrival. */
export class RecordBuffer {
  #records: IncomingRecord[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  get size(): number {
    return this.#records.length;
  }

  add(records: readonly IncomingRecord[]): void {
    if (this.#closed || records.length === 0) return;
    if (this.#records.length === 0) this.#records = [...records];
    else for (const record of records) this.#records.push(record);
    this.#wake();
  }

  /** Waits for at least one record, then takes all there are, at most `limit`. [] once closed. */
  async take(limit: number): Promise<readonly IncomingRecord[]> {
    while (this.#records.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
    }
    if (this.#records.length > limit) return this.#records.splice(0, limit);
    const all = this.#records;
    this.#records = [];
    return all;
  }

  dropAllOf(partitions: readonly TopicPartition[]): void {
    const lost = new Set(partitions.map(partitionKey));
    this.#records = this.#records.filter((record) => !lost.has(partitionKey(record)));
  }

  clear(): void {
    this.#records = [];
  }

  close(): void {
    this.#closed = true;
    this.clear();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
