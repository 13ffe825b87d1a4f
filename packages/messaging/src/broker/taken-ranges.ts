import type { OutgoingRecord, Position, Range } from './broker.ts';

/** The partitions of a request whose records all need not come back, with where they lie. */
export function takenRanges(records: readonly OutgoingRecord[], stored: readonly Position[]): readonly Range[] {
  if (stored.length === 0) return [];
  const counts = new Map<string, number[]>();
  for (const { topic, partition, takenHere } of records) {
    const ofTopic = counts.get(topic) ?? [];
    counts.set(topic, ofTopic);
    // once one of its records is wanted, a partition's count is no number any more
    ofTopic[partition] = takenHere ? (ofTopic[partition] ?? 0) + 1 : Number.NaN;
  }
  return stored.flatMap(({ topic, partition, offset }): readonly Range[] => {
    const count = counts.get(topic)?.[partition] ?? 0;
    // a repeated request may be acknowledged without saying where it was stored
    if (offset < 0n || Number.isNaN(count)) return [];
    return [{ topic, partition, from: offset, to: offset + BigInt(count) }];
  });
}
