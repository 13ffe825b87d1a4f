import type { ConsumerOptions, Position, TopicPartition } from '../broker/broker.ts';
import { placeOf } from '../broker/partition.ts';
import { endsWithin } from '../broker/waiting.ts';
import type { GroupBroker } from './host.ts';

const ASSIGNED_WITHIN_MS = 15_000;

export interface Return {
  readonly broker: GroupBroker;
  readonly membership: Omit<ConsumerOptions, 'onAssigned'>;
  /** Told where the group stood, before it is taken back: everybody else is at least there. */
  readonly leaving: (starts: readonly Position[]) => Promise<void>;
}

/**
 * Takes a group back to the first records of these partitions: for somebody who came to it later, Kafka knows one place for all who share a process.
 * To be done before the group is joined for good. Gives the partitions that stay where they are because another member holds them.
 */
export async function takeBack(partitions: readonly TopicPartition[], { broker, membership, leaving }: Return): Promise<readonly TopicPartition[]> {
  const begins = new Map((await broker.begins([...new Set(partitions.map(({ topic }) => topic))])).map((begin) => [placeOf(begin), begin]));
  const { promise: allAssigned, resolve } = Promise.withResolvers<void>();
  let held: readonly Position[] = [];
  const consumer = await broker.consumer({ ...membership, onAssigned: (assigned) => {
    held = assigned;
    if (partitions.every((one) => assigned.some((other) => placeOf(other) === placeOf(one)))) resolve();
  } });
  try {
    await endsWithin(allAssigned, ASSIGNED_WITHIN_MS);
    const places = new Set(held.map(placeOf));
    await leaving(held);
    await consumer.commit(partitions.filter((one) => places.has(placeOf(one))).map((one) => begins.get(placeOf(one)) ?? { ...one, offset: 0n }));
    return partitions.filter((one) => !places.has(placeOf(one)));
  } finally {
    await consumer.close();
  }
}
