import type { Received, Transaction, Unit } from './message.ts';

/** Takes all messages of its topics that one batch holds, in order; whatever it loads, saves and sends through the unit commits at once. */
export type BatchHandler = (batch: readonly Received[], unit: Unit) => Promise<void>;

export interface Subscription {
  readonly topics: readonly string[];
  readonly handle: BatchHandler;
}

/** A service as the processor sees it. */
export interface Participant {
  readonly name: string;
  /** Only watches: sends nothing, and is shown the messages of a batch once, after everybody has decided. */
  readonly projection: boolean;
  readonly subscriptions: readonly Subscription[];
  /** The topics it may send to; every one when absent. */
  readonly sends?: ReadonlySet<string>;
  /**
   * Begins to read what it will need when the others have made of these messages what it takes itself. Called before anything of the batch is
   * decided, where hops are taken in place: so one round trip to the database serves all. Nobody waits for it, and it may do nothing.
   */
  readonly readAhead?: ReadAhead;
}

export type ReadAhead = (batch: readonly Received[], tx: Transaction) => void;
