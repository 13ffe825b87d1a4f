import { contracts, isOrderTopic, type OrderMessage } from '@order-mesh/contracts';
import { gatewayService } from '@order-mesh/gateway';
import type { Instant } from '@order-mesh/kernel';
import {
  createCodec, fromRecord, handledBy, partitionFor, placeOf, replayMarkOf, unframed, unpackRecords, type Broker, type Codec, type IncomingRecord, type Received, type TopicPartition,
} from '@order-mesh/messaging';
import type { Snapshot } from '../snapshot.ts';
import { extentOf, recordsUpTo, type Extent } from './read.ts';
import { addTo, newStory, type Story } from './story.ts';

/** Says what is left out because Kafka does not keep it any more. */
export const leftOut = ({ completeSince }: History): readonly string[] =>
  (completeSince === 0 ? [] : [`orders begun before ${new Date(completeSince).toISOString()}: Kafka has deleted messages of theirs by age`]);

/** What Kafka has, seen from the moment of the snapshot. */
export interface History {
  readonly records: number;
  /** By order. */
  readonly stories: ReadonlyMap<string, Story>;
  /** Somebody has not taken a message of this order yet, or it is not on Kafka yet: what follows from it is still to come. */
  readonly isInFlight: (orderId: string) => boolean;
  readonly inFlight: number;
  /** What each participant has still to take, by participant. */
  readonly lag: ReadonlyMap<string, Lag>;
  /** Before this moment records were deleted by age: what is older is not judged. 0 when everything is there. */
  readonly completeSince: Instant;
  /** Records nobody can read, or that lie on a wrong topic, and that somebody has passed: each must be a dead letter. */
  readonly unreadable: readonly Place[];
}

export interface Lag {
  readonly records: number;
  /** The last record it has not taken, in each partition. */
  readonly upTo: ReadonlyMap<string, Place>;
}

export interface Place extends TopicPartition {
  readonly offset: bigint;
}

export interface Reading {
  readonly broker: Broker;
  readonly snapshot: Snapshot;
  /** Taken before the snapshot: what is on Kafka by then is from transactions that the snapshot shows. */
  readonly before: Extent;
  readonly progress: (line: string) => void;
  /** Told of each message of an order that the gateway shows, once, as they are read. */
  readonly onMessages: (messages: readonly Received<OrderMessage>[]) => Promise<void>;
}

export const allTopics: readonly string[] = [...new Set(Object.values(contracts).map(({ topic }) => topic))];

/**
 * Reads the topics from their beginning. No false alarm can come of what is on its way, because each record is in one of three states:
 * it was on Kafka before the snapshot, then its transaction is part of the snapshot, and a participant has taken it if its stored offset is
 * beyond or the record names it; it came since, or waits in the outbox of the snapshot: then its order is in flight; or it is older than
 * what Kafka keeps, then its order is not judged.
 */
export async function readHistory(reading: Reading): Promise<History> {
  const { broker, snapshot, before, progress } = reading;
  const places = await partakers(snapshot);
  const now = await extentOf(broker, allTopics);
  const total = now.ends.reduce((sum, end) => sum + Number(end.offset), 0) - now.begins.reduce((sum, begin) => sum + Number(begin.offset), 0);
  const known = new Map(before.ends.map((end) => [placeOf(end), end.offset]));
  const telling = teller(now);
  for await (const records of recordsUpTo(broker, now)) {
    for (const record of records) telling.take(record, record.offset < (known.get(placeOf(record)) ?? 0n) ? places.get(placeOf(record)) ?? [] : null);
    await reading.onMessages(telling.fresh());
    progress(`${telling.records().toLocaleString('en')} of ${total.toLocaleString('en')} messages read`);
  }
  for await (const rows of snapshot.stream<{ readonly records: string }>('select records from messaging.outbox')) {
    for (const { records } of rows) {
      for (const { frame } of unpackRecords(Buffer.from(records.slice(2), 'hex'))) telling.wait(unframed(frame).key);
    }
  }
  return telling.history();
}

const VIEWER = gatewayService.name;

interface Partaker {
  readonly participant: string;
  readonly next: bigint;
}

async function partakers(snapshot: Snapshot): Promise<ReadonlyMap<string, readonly Partaker[]>> {
  const rows = await snapshot.rows<{ readonly participant: string; readonly topic: string; readonly partition: string; readonly next_offset: string }>(
    'select participant, topic, partition, next_offset from messaging.processed_offset');
  const places = new Map<string, Partaker[]>();
  for (const { participant, topic, partition, next_offset: next } of rows) {
    const place = placeOf({ topic, partition: Number(partition) });
    places.set(place, [...places.get(place) ?? [], { participant, next: BigInt(next) }]);
  }
  return places;
}

interface Teller {
  /** `takers` is null for a record that came after the snapshot. */
  readonly take: (record: IncomingRecord, takers: readonly Partaker[] | null) => void;
  readonly wait: (orderId: string) => void;
  /** What was heard for the first time since it was last asked. */
  readonly fresh: () => readonly Received<OrderMessage>[];
  readonly records: () => number;
  readonly history: () => History;
}

function teller({ begins, ends }: Extent): Teller {
  const codec = createCodec();
  const partitions = Math.max(1, ...ends.map(({ partition }) => partition + 1));
  const cut = new Map(begins.filter(({ offset }) => offset > 0n).map((begin) => [placeOf(begin), begin.offset]));
  const stories = new Map<string, Story>();
  const waiting = new Set<string>();
  const fresh: Received<OrderMessage>[] = [];
  const lag = new Map<string, { records: number; readonly upTo: Map<string, Place> }>();
  const unreadable: Place[] = [];
  // where all was deleted, nothing tells how old it was
  const isEmptied = ends.some((end) => end.offset > 0n && cut.get(placeOf(end)) === end.offset);
  const seen = { records: 0, completeSince: isEmptied ? Date.now() : 0 };
  const note = (record: IncomingRecord, isPassed: boolean): void => {
    const message = readIn(codec, record);
    if (!message && isPassed) unreadable.push({ topic: record.topic, partition: record.partition, offset: record.offset });
    if (!message) return;
    if (contracts[message.type].key !== 'orderId') return;
    const story = stories.get(record.key) ?? newStory(record.key);
    stories.set(record.key, story);
    const wanted = partitionFor(record.key, partitions);
    if (record.partition !== wanted) story.faults.push({ invariant: 'I8', problem: `${message.type} lies in partition ${record.partition} of ${record.topic}, its order's is ${wanted}` });
    // a message that was repaired and sent again is for the one who could not take it
    const only = replayMarkOf(record)?.participant;
    if (addTo(story, message, record.value ?? Buffer.alloc(0)) && isShown(message) && (only === undefined || only === VIEWER)) fresh.push(message);
  };
  return {
    take(record, takers) {
      seen.records += 1;
      if (cut.get(placeOf(record)) === record.offset) seen.completeSince = Math.max(seen.completeSince, record.timestamp + 1);
      const late = takers === null ? null : latecomers(record, takers);
      for (const participant of late ?? []) {
        const behind = lag.get(participant) ?? { records: 0, upTo: new Map() };
        behind.records += 1;
        behind.upTo.set(placeOf(record), { topic: record.topic, partition: record.partition, offset: record.offset });
        lag.set(participant, behind);
      }
      if (late === null || late.length > 0) waiting.add(record.key);
      note(record, late !== null && late.length < (takers?.length ?? 0));
    },
    wait: (orderId) => { waiting.add(orderId); },
    fresh: () => fresh.splice(0),
    records: () => seen.records,
    history: () => ({ ...seen, stories, lag, unreadable, isInFlight: (orderId) => waiting.has(orderId), inFlight: [...waiting].filter((orderId) => stories.has(orderId)).length }),
  };
}

/** A repair that finance sends names an order, too, and goes to its adapter alone. */
const isShown = (message: Received): message is Received<OrderMessage> => isOrderTopic(contracts[message.type].topic);

function latecomers(record: IncomingRecord, takers: readonly Partaker[]): readonly string[] {
  const behind = takers.filter(({ next }) => record.offset >= next);
  if (behind.length === 0) return [];
  const handled = handledBy(record);
  const only = replayMarkOf(record)?.participant;
  return behind.map(({ participant }) => participant).filter((participant) => !handled.includes(participant) && (only === undefined || only === participant));
}

function readIn(codec: Codec, record: IncomingRecord): Received | null {
  const decoded = codec.decode(record.value);
  return decoded.ok && contracts[decoded.message.type].topic === record.topic ? fromRecord(record, decoded.message) : null;
}
