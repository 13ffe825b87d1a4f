import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from './message.ts';
import type { TopicPartition } from './broker/broker.ts';
import type { LetterReason, ReplayedLetter } from './letters/index.ts';

/** How far one participant is in one partition. */
export interface Progress extends TopicPartition {
  readonly participant: string;
  readonly nextOffset: bigint;
}

export interface ProgressMove extends Progress {
  /** What must still stand there; anything else means that somebody else has processed these records. */
  readonly expected: bigint;
}

/** A record that no handler could take, kept with everything a person needs to repair it. */
export interface DeadLetter extends TopicPartition {
  readonly participant: string;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: LetterReason;
  /** What failed, in words. */
  readonly detail: string;
  readonly at: Instant;
  /** How often it was tried before it was given up. */
  readonly attempts: number;
  /** The order it belongs to, as far as its key tells. */
  readonly orderId: string | null;
  /** The letter whose replay this record was. */
  readonly replayOf: bigint | null;
}

/** A message that a participant has decided on. */
export interface InboxEntry {
  readonly participant: string;
  /** 128 bits of its number and its bytes, in hexadecimal digits. */
  readonly message: string;
}

export interface OutboxRow {
  readonly id: bigint;
  readonly records: Buffer;
}

/** What the batch processor needs of a database: one transaction, and its own five tables in it. */
export interface MessageStore {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** True for accidents that pass by themselves: lost connection, deadlock, restart. The batch is then tried again as it is. */
  isPassing(error: unknown): boolean;
  loadProgress(participants: readonly string[]): Promise<readonly Progress[]>;
  /** Starts rows at `nextOffset` where there are none. */
  startProgress(rows: readonly Progress[]): Promise<void>;
  /** Puts rows back where a topic turned out to have been created anew. */
  resetProgress(rows: readonly Progress[]): Promise<void>;
  /** Compare-and-set of all moves; false when any row stood elsewhere. */
  advanceProgress(tx: Transaction, moves: readonly ProgressMove[]): Promise<boolean>;
  /** Notes what is decided on; false when any of it was noted before, and then the transaction must not commit. */
  noteInInbox(tx: Transaction, entries: readonly InboxEntry[]): Promise<boolean>;
  /** Which of these were noted. */
  loadInbox(entries: readonly InboxEntry[]): Promise<readonly InboxEntry[]>;
  /** Keeps letters; the letter that one of them was a replay of has failed again. */
  writeDeadLetters(tx: Transaction, letters: readonly DeadLetter[]): Promise<void>;
  /** The letters of these numbers that there are. */
  loadReplayed(ids: readonly bigint[]): Promise<readonly ReplayedLetter[]>;
  /** Their replays are processed: the letters and those they came from are settled. */
  settleReplayed(tx: Transaction, ids: readonly bigint[]): Promise<void>;
  writeOutbox(tx: Transaction, records: Buffer): Promise<bigint>;
  /** Rows that were committed at least `olderThanMs` ago and not dropped yet, oldest first. */
  leftInOutbox(olderThanMs: number): Promise<readonly OutboxRow[]>;
  /** Leaves only some records of a row, unless somebody else has changed it meanwhile. */
  keepInOutbox(row: OutboxRow, records: Buffer): Promise<void>;
  dropFromOutbox(ids: readonly bigint[]): Promise<void>;
}
