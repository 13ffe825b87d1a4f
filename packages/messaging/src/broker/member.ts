import type { IncomingRecord, Position, Range, TopicPartition } from './broker.ts';

/** One membership in a group: from joining to the first sign that it can't go on; then a new one is made. */
export interface Member {
  readonly held: readonly TopicPartition[];
  holds(partition: TopicPartition): boolean;
  /** Joins and reads; resolves with the reason when this membership can't go on. */
  live(): Promise<Error>;
  /** These need not be read. */
  pass(ranges: readonly Range[]): void;
  /** Reads nothing of these topics until told otherwise. */
  hold(topics: ReadonlySet<string>): void;
  /** Whether the group has told what it is to read. */
  readonly hasJoined: boolean;
  /** When the group last answered, in ms since the epoch. */
  readonly answeredAt: number;
  /** There is room again. */
  read(): void;
  /** Commits; rejects when it could not. */
  store(positions: readonly Position[]): Promise<void>;
  /** Leaves the group at once. */
  leave(): Promise<void>;
}

export interface MemberEvents {
  onRecords(records: readonly IncomingRecord[]): void;
  onLost(lost: readonly TopicPartition[]): void;
  /** After each change; nothing of new partitions was handed over yet. */
  onAssigned(assigned: readonly Position[]): void;
  /** Something failed that is tried again. */
  onTrouble(trouble: Error): void;
  /** Whether more may be handed over now. */
  hasRoom(): boolean;
}
