import type { Duration } from '@order-mesh/kernel';

/** One record as it goes out: its partition already chosen, so that every driver places it alike. `outgoing()` makes one. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition: number;
  /** Key, value and headers, encoded as they go into a record batch. */
  readonly frame: Buffer;
  /** Whoever takes its topic in this process has had it already: it need not come back. */
  readonly takenHere?: boolean;
}

/**
 * One record as it came in. `value` is null for a tombstone. Anything may be in it: nothing is decoded yet.
 * A missing key or header value is ''; of two headers of one name the last counts.
 */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch, as the broker stored it. */
  readonly timestamp: number;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** Keeps the last record of each key for ever instead of all records for a time. */
  readonly compacted?: boolean;
  /** How long records are kept; as the broker does when absent. */
  readonly keptFor?: Duration;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface Position extends TopicPartition {
  /** The offset of the next record to read. */
  readonly offset: bigint;
}

/** Records of one partition that lie one behind the other; `to` is the first that does not belong to them. */
export interface Range extends TopicPartition {
  readonly from: bigint;
  readonly to: bigint;
}

export interface ProducerOptions {
  /** Told where records were stored that need not come back, before their `publish` resolves. A driver may leave some or all of them out. */
  readonly onTaken?: (ranges: readonly Range[]) => void;
}

/** Sends records. Idempotent, acks=all. */
export interface Producer {
  /**
   * Resolves when every in-sync replica has all records; in order per partition, also between overlapping calls.
   * Rides out broker outages of any length. After a client had to be replaced, a record may be stored twice.
   * Rejects with BROKER_UNREACHABLE when closed before that, with BAD_MESSAGE when the broker refuses a record (over 1 MB, no such topic).
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** Gives what was accepted a few seconds to arrive; rejects the rest. */
  close(): Promise<void>;
}

/** A member of a consumer group. A new group starts at the earliest record. */
export interface Consumer {
  /**
   * Waits for at least one record, then gives all that were delivered meanwhile (bounded by `maxRecords`), in offset order per partition.
   * At-least-once: a record may come again, but none is left out. What this member lost meanwhile is not given any more.
   * Resolves with [] when the consumer is closed. Rides out broker outages by itself. One caller at a time.
   */
  next(): Promise<readonly IncomingRecord[]>;
  /** These need not be given, if they have not been yet. A hint: they may come all the same. */
  pass(ranges: readonly Range[]): void;
  /**
   * Asks for no more records of these topics until it is called without them; what is on its way may still come. The member stays in its group,
   * and what it holds back is no stall.
   */
  hold(topics: readonly string[]): void;
  /** Null while this member reads, else in words why it does not: not in its group yet, or without an answer from it for 10 s. */
  obstacle(): string | null;
  /** What this member holds at the moment. */
  assigned(): readonly TopicPartition[];
  /**
   * Tells the broker how far this group is. Lazy bookkeeping: the truth is in PostgreSQL.
   * Never rejects: resolves when stored or no longer of use (partition lost, consumer closed), at the latest after 3 s, and goes on trying.
   */
  commit(positions: readonly Position[]): Promise<void>;
  /** Leaves the group at once, so that others take over. */
  close(): Promise<void>;
}

export interface ConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** The name of this member and of nobody else in its group. Members of the same name are what a crash left behind: they are taken out first, by a driver that can. */
  readonly instance?: string;
  /** At most this many records in one `next()`. */
  readonly maxRecords: number;
  /** About so many bytes in one `next()` and as many waiting; a single record may be larger. 16 MB when absent. */
  readonly maxBytes?: number;
  /** Called after each change of assignment, before any record of the new partitions is handed out; with where the group stood when each was gained (0 where unknown). */
  readonly onAssigned?: (assigned: readonly Position[]) => void;
}

/** Reads partitions on from given places, beside all groups: nobody else's share is touched, and the broker keeps nothing of it. */
export interface RecordReader {
  /**
   * Waits for at least one record, then gives all that were delivered meanwhile, in offset order per partition, none of them left out. Resolves with [] when the
   * reader is closed. Rides out broker outages by itself. One caller at a time.
   */
  next(): Promise<readonly IncomingRecord[]>;
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** What is read, and from where; what was deleted by age is passed over. */
  readonly from: readonly Position[];
  /** At most this many records in one `next()`. */
  readonly maxRecords: number;
  /** As for a consumer. */
  readonly maxBytes?: number;
}

/** What the mesh needs of Apache Kafka. Drivers: platformatic (default) and kafkajs, held equal by one conformance suite. */
export interface Broker {
  readonly driver: string;
  /** Creates what is missing; leaves existing topics as they are. */
  createTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** The topics there are, with their partition counts. */
  topics(): Promise<readonly TopicSpec[]>;
  /** The first offset each partition of these topics still has: what was before it was deleted by age. */
  begins(topics: readonly string[]): Promise<readonly Position[]>;
  /** The end (next offset to be written) of each partition of these topics. */
  ends(topics: readonly string[]): Promise<readonly Position[]>;
  producer(options?: ProducerOptions): Promise<Producer>;
  consumer(options: ConsumerOptions): Promise<Consumer>;
  reader(options: ReaderOptions): Promise<RecordReader>;
  close(): Promise<void>;
}

export interface BrokerOptions {
  /** `host:port`, several allowed. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How the broker is known and we to it; without it in clear text, and as nobody. */
  readonly security?: BrokerSecurity;
  /** Told of each client that had to be replaced and each try that failed; for logs and readiness. Must not throw. */
  readonly onTrouble?: (trouble: Error) => void;
  /** Told of each consumer that fell silent while the broker was well; it is replaced. Must not throw. */
  readonly onStall?: (stall: Stall) => void;
  /** After so much silence a consumer counts as stalled. 20,000 when absent. */
  readonly stallAfterMs?: number;
}

/** What a broker asks of its clients: encryption, a login, or both. */
export interface BrokerSecurity {
  /** Its certificate is always verified: by `ca` (PEM), else by the authorities that Node knows. `cert` and `key` (PEM) are our own, where it asks for one. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
}

export const saslMechanisms = ['SCRAM-SHA-512', 'SCRAM-SHA-256', 'PLAIN'] as const;
export type SaslMechanism = (typeof saslMechanisms)[number];

/** A consumer that received nothing although records waited, or was not answered although others were. */
export interface Stall {
  readonly groupId: string;
  /** CONSUMER_STALLED: what was seen. */
  readonly reason: Error;
  /** How often within ten minutes, this time included: from the second time on, replacing the consumer has not helped. */
  readonly times: number;
}
