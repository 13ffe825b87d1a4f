import type { Received, Unit } from './message.ts';

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
}
