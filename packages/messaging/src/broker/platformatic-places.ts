import type { ClusterMetadata } from '@platformatic/kafka';
import type { IncomingRecord, Position, Range, TopicPartition } from './broker.ts';
import { recordsFrom, type FetchedPartition } from './platformatic-records.ts';

const PARTITION_BYTES = 1_048_576;
const OWN_WITHIN_MS = 1_000;
const NO_FOREIGN_FOR_MS = 10_000;

/** A partition that is read, and where it is read next. */
export interface Place extends TopicPartition {
  offset: bigint;
  /** When a record of this process, and of another one, was last seen here. */
  ownAt: number;
  foreignAt: number;
}

export const placeAt = (position: Position): Place => ({ ...position, ownAt: Number.NEGATIVE_INFINITY, foreignAt: Number.NEGATIVE_INFINITY });

/** Records of this process were stored here; passed over if they are next. */
export function passOver(place: Place, { from, to }: Range, now: number): void {
  place.ownAt = now;
  if (place.offset === from) place.offset = to;
}

/** Whether only this process writes here at the moment. */
export function isQuiet({ ownAt, foreignAt }: Place, now: number): boolean {
  return now - ownAt < OWN_WITHIN_MS && now - foreignAt > NO_FOREIGN_FOR_MS;
}

/** Takes what was fetched from where the place is, and moves it on. */
export function advance(place: Place, fetched: FetchedPartition, { into: arrived, ownIds }: { readonly into: IncomingRecord[]; readonly ownIds: ReadonlySet<bigint> }): void {
  if (fetched.errorCode !== 0) return;
  if (fetched.records?.some(({ producerId }) => !ownIds.has(producerId))) place.foreignAt = performance.now();
  const { records, next } = recordsFrom(fetched, place, place.offset);
  for (const record of records) arrived.push(record);
  place.offset = next;
}

export function byLeader(places: Iterable<Place>, metadata: ClusterMetadata): ReadonlyMap<number, readonly Place[]> {
  const leaders = new Map<number, Place[]>();
  for (const place of places) {
    const leader = leaderOf(place, metadata);
    const led = leaders.get(leader);
    if (led) led.push(place);
    else leaders.set(leader, [place]);
  }
  return leaders;
}

/** The broker that leads a partition; -1 when nobody does. */
export function leaderOf({ topic, partition }: TopicPartition, metadata: ClusterMetadata): number {
  return metadata.topics.get(topic)?.partitions[partition]?.leader ?? -1;
}

/** The topics of a fetch. */
export function requested(places: readonly Place[], metadata: ClusterMetadata) {
  const topics = new Map<string, { readonly topicId: string; readonly partitions: ReturnType<typeof wanted>[] }>();
  for (const place of places) {
    const topicId = metadata.topics.get(place.topic)?.id ?? '';
    const topic = topics.get(topicId) ?? { topicId, partitions: [] };
    topics.set(topicId, topic);
    topic.partitions.push(wanted(place));
  }
  return [...topics.values()];
}

function wanted({ partition, offset }: Place) {
  return { partition, fetchOffset: offset, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: PARTITION_BYTES };
}
