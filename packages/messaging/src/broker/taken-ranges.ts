import type { OutgoingRecord, Position, Range } from './broker.ts';
import { partitionKey } from './offset-book.ts';

/** The partitions of a request whose records all need not come back, with where they lie. */
export function takenRanges(records: readonly OutgoingRecord[], stored: readonly Position[]): readonly Range[] {
  if (stored.length === 0) return [];
  const counts = new Map<string, number>();
  const wanted = new Set<string>();
  for (const record of records) {
    const key = partitionKey(record);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!record.takenHere) wanted.add(key);
  }
  return stored.flatMap(({ topic, partition, offset }): readonly Range[] => {
    const key = partitionKey({ topic, partition });
    // a repeated request may be acknowledged without saying where it was stored
    if (offset < 0n || wanted.has(key)) return [];
    return [{ topic, partition, from: offset, to: offset + BigInt(counts.get(key) ?? 0) }];
  });
}
