import type { IncomingRecord, ReaderOptions, TopicPartition } from './broker.ts';
import { placeOf } from './partition.ts';

export interface Portion {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

const MAX_BYTES = 16_000_000;

/** What one `next()` gives, and about as much waits. */
export const portionOf = ({ maxRecords, maxBytes = MAX_BYTES }: Pick<ReaderOptions, 'maxRecords' | 'maxBytes'>): Portion => ({ maxRecords, maxBytes });

/** Records that arrived and wait for `next()`, in order of arrival. */
export class RecordBuffer {
  #records: IncomingRecord[] = [];
  #bytes = 0;
  #waiting: (() => void)[] = [];
  #closed = false;

  /** Whether less waits than is given at once. */
  hasRoomFor({ maxRecords, maxBytes }: Portion): boolean {
    return this.#records.length < maxRecords && this.#bytes < maxBytes;
  }

  add(records: readonly IncomingRecord[]): void {
    if (this.#closed || records.length === 0) return;
    this.#bytes += bytesOf(records);
    if (this.#records.length === 0) this.#records = [...records];
    else for (const record of records) this.#records.push(record);
    this.#wake();
  }

  /** Waits for at least one record, then takes all there are, at most `maxRecords` and about `maxBytes`. [] once closed. */
  async take({ maxRecords, maxBytes }: Portion): Promise<readonly IncomingRecord[]> {
    while (this.#records.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
    }
    if (this.#records.length > maxRecords || this.#bytes > maxBytes) return this.#takeSome(maxRecords, maxBytes);
    const all = this.#records;
    this.clear();
    return all;
  }

  #takeSome(maxRecords: number, maxBytes: number): readonly IncomingRecord[] {
    let end = 1;
    for (let bytes = sizeOf(this.#records[0]); end < Math.min(maxRecords, this.#records.length); end += 1) {
      bytes += sizeOf(this.#records[end]);
      if (bytes > maxBytes) break;
    }
    const some = this.#records.splice(0, end);
    this.#bytes -= bytesOf(some);
    return some;
  }

  dropAllOf(partitions: readonly TopicPartition[]): void {
    const lost = new Set(partitions.map(placeOf));
    this.#records = this.#records.filter((record) => !lost.has(placeOf(record)));
    this.#bytes = bytesOf(this.#records);
  }

  clear(): void {
    this.#records = [];
    this.#bytes = 0;
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

const RECORD_OVERHEAD_BYTES = 200;

const sizeOf = (record: IncomingRecord | undefined): number => RECORD_OVERHEAD_BYTES + (record?.value?.length ?? 0);
const bytesOf = (records: readonly IncomingRecord[]): number => records.reduce((sum, record) => sum + sizeOf(record), 0);
