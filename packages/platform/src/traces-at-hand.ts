import { AsyncLocalStorage } from 'node:async_hooks';
import { traceIdIn, traceIdOf, type Received, type Unit } from '@order-mesh/messaging';

/** What is worked on: an order and the trace context that came with it. */
export type Followed = Pick<Received, 'key' | 'trace'>;

interface AtHand {
  readonly followed: readonly Followed[];
  /** By order; made when the first line asks. */
  traceIds?: ReadonlyMap<string, string>;
}

const atHand = new AsyncLocalStorage<AtHand>();

/** Runs work on these; lines of the log about one of their orders name its trace, also those that wait for the commit. One context a batch and service, none a message. */
export function withTraces<Result>(followed: readonly Followed[], unit: Unit, work: (unit: Unit) => Result): Result {
  const context: AtHand = { followed };
  const { tx, now, send } = unit;
  return atHand.run(context, () => work({ tx, now, send, afterCommit: (action) => { unit.afterCommit(() => { atHand.run(context, action); }); } }));
}

/** The trace of an order: that of the message at hand, else the one that every order without a caller's has. */
export function traceIdAtHand(orderId: string): string {
  const context = atHand.getStore();
  if (!context) return traceIdOf(orderId);
  context.traceIds ??= new Map(context.followed.flatMap(({ key, trace }): readonly (readonly [string, string])[] => { const id = traceIdIn(trace); return id === undefined ? [] : [[key, id]]; }));
  return context.traceIds.get(orderId) ?? traceIdOf(orderId);
}
