import type { Clock, Duration } from '@order-mesh/kernel';
import type { Broker, IncomingRecord } from '../broker/broker.ts';
import type { Codec } from '../codec/index.ts';
import type { Participant } from '../participant.ts';
import type { DeadLetter, MessageStore } from '../store.ts';
import type { Front } from './front.ts';

export interface ProcessorLimits {
  /** Records in one batch, at most. */
  readonly maxRecords: number;
  /** Their bytes, about; as many wait for the next one. */
  readonly maxBytes: number;
  /** Local work in one batch, at most. */
  readonly maxWorks: number;
  /** Local work waiting, at most; beyond it `submit` refuses. */
  readonly maxWaiting: number;
  /** Hops taken inside one transaction, at most. */
  readonly maxRounds: number;
  /** Committed batches whose messages the broker has not yet acknowledged, at most; then the processor waits. */
  readonly maxUnpublished: number;
  /** Tries of a record on its own before it becomes a dead letter. */
  readonly maxTries: number;
  /** How long a skipped-only position or a published outbox row may wait for its bookkeeping. */
  readonly lazyAfter: Duration;
}

export const defaultLimits: ProcessorLimits = {
  maxRecords: 500, maxBytes: 16_000_000, maxWorks: 1_000, maxWaiting: 5_000, maxRounds: 100, maxUnpublished: 8, maxTries: 3, lazyAfter: 250,
};

/** What happened in one batch, for metrics. */
export interface BatchReport {
  readonly records: number;
  readonly works: number;
  readonly sent: number;
  /** Of the messages sent, as they go to Kafka. */
  readonly sentBytes: number;
  readonly skipped: number;
  readonly dead: readonly Pick<DeadLetter, 'participant' | 'reason'>[];
  readonly tookMs: number;
}

export interface Watcher {
  batch(report: BatchReport): void;
  /** The partitions of this process have changed: how many it holds now. */
  assigned(held: number): void;
  /** `record` is named where it is about one. */
  trouble(what: string, error: unknown, record?: IncomingRecord): void;
}

/** A message that a batch sent: a span of the trace of its order, below the message that caused it. */
export interface SentSpan {
  /** Of the message itself. */
  readonly traceparent: string;
  /** Of what caused it; absent where the trace begins. */
  readonly cause: string | undefined;
  readonly type: string;
  /** The order, mostly. */
  readonly key: string;
  readonly topic: string;
  /** Who sent it. */
  readonly participant: string;
}

/** A batch that is committed. Moments are milliseconds since 1970, with fractions. */
export interface BatchSpan {
  readonly began: number;
  readonly ended: number;
  /** Of each message that was taken. */
  readonly took: readonly string[];
  readonly sent: readonly SentSpan[];
}

/** Told of what batches did. Must not throw. */
export interface BatchTracer {
  batch(span: BatchSpan): void;
}

/** What a processor needs of Kafka. */
export type GroupBroker = Pick<Broker, 'begins' | 'ends' | 'producer' | 'consumer'>;

/** Everything a processor works with. */
export interface Host {
  readonly participants: readonly Participant[];
  readonly broker: GroupBroker;
  readonly store: MessageStore;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly watcher: Watcher;
  /** Costs nothing when absent. */
  readonly tracer?: BatchTracer;
  readonly limits: ProcessorLimits;
  /** Consumer group; members of one group share the partitions. */
  readonly groupId: string;
  /** The name of this process in its group; the next one of that name follows a dead one. */
  readonly instance?: string;
  /** Partitions of every order-bound topic. */
  readonly partitions: number;
  /** What may be left on the broker while there is no room behind it. */
  readonly front?: Front;
  /** The topics that this process may write; every one when absent. What a neighbour left in the outbox for others is left to them. */
  readonly writes?: ReadonlySet<string>;
  /** Hops between participants of this host are taken inside the transaction. */
  readonly inPlace: boolean;
}
