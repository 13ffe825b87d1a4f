import type { Instant } from '@order-mesh/kernel';
import type { AnyMessage, MessageName, MessageOf } from '@order-mesh/contracts';

/** A decoded message on its way to a handler. Narrow on `type` and `value` follows. */
export type Received<Message extends AnyMessage = AnyMessage> = Message & {
  /** Unique per message; a republished message keeps it. */
  readonly id: string;
  readonly key: string;
  readonly at: Instant;
  readonly trace: Trace;
};

/** W3C trace context, carried from message to message. */
export interface Trace {
  readonly traceparent?: string;
}

/** A message that a decision asks to be sent; topic, key and schema follow from its type. */
export type Outgoing<Name extends MessageName = MessageName> = MessageOf<Name>;

/** A transaction of the database at hand; only outbound adapters know what is in it. */
export interface Transaction {
  readonly kind: string;
  /** A round of the batch is decided: what it changed may be written while the next is decided. */
  readonly roundDecided?: () => void;
  /** Everything is decided: all that is left to write may be written while the messages are encoded. */
  readonly allDecided?: () => void;
}

/**
 * One batch being decided: everything loaded, saved and sent through it commits together or not at all.
 * `cause` is the message that a sent one answers: it gives the child its id, its trace and its place in the timeline.
 */
export interface Unit {
  readonly tx: Transaction;
  readonly now: Instant;
  send(message: Outgoing, cause: Cause): void;
  /** Runs once the transaction is committed; never if it is rolled back. Must not throw. */
  afterCommit(action: () => void): void;
}

/** What a sent message follows from: a received message, or a root such as a timer or an answered call. */
export interface Cause {
  readonly id: string;
  readonly trace: Trace;
  /** When it happened, where it may be told again: what follows from it is then the same message to the last byte. Now, when absent. */
  readonly happenedAt?: Instant;
}
