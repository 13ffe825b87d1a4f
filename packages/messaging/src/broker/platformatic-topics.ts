import type { Admin } from '@platformatic/kafka';
import type { Position } from './broker.ts';
import { unreachable } from './waiting.ts';

/** Throws until each partition of these topics has a leader. */
export async function allLed(admin: Admin, names: string[]): Promise<void> {
  if (names.length === 0) return;
  const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
  for (const [name, { partitions }] of topics) {
    if (partitions.some(({ leader }) => leader < 0)) throw unreachable(`${name} has a partition without a leader`);
  }
}

/** How Kafka is asked for the two ends of a partition. */
const TIMESTAMPS = { begin: -2n, end: -1n } as const;

/** The begin or the end of each partition. */
export async function offsetsOf(admin: Admin, names: readonly string[], which: keyof typeof TIMESTAMPS): Promise<readonly Position[]> {
  const { topics } = await admin.metadata({ topics: [...names] });
  const listed = await admin.listOffsets({
    topics: [...topics].map(([name, { partitionsCount }]) => ({
      name,
      partitions: Array.from({ length: partitionsCount }, (_, partitionIndex) => ({ partitionIndex, timestamp: TIMESTAMPS[which] })),
    })),
  });
  return listed.flatMap(({ name, partitions }) => partitions.map(({ partitionIndex, offset }) => ({ topic: name, partition: partitionIndex, offset })));
}
