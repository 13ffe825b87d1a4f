import { MeshError, seconds, type Clock, type Duration } from '@order-mesh/kernel';
import type { Trace, Unit } from '@order-mesh/messaging';
import type { Submit } from '@order-mesh/platform';
import type { CancelOrder, CancelRequest, Cancelled } from '../usecases/cancel-order.ts';
import type { DecideApprovals, Decided, DecisionRequest } from '../usecases/decide-approvals.ts';
import type { PlaceOrders, PlaceRequest, Placed } from '../usecases/place-orders.ts';
import type { AnswerOnce } from '../usecases/answer-once.ts';
import type { Ticket } from './admission.ts';
import { onceUnderKey } from './claims.ts';
import { placeDesk } from './place-desk.ts';

export const WRITES = Symbol('writes');

/** What people and upstream systems may change; each resolves once it is committed together with the message it sends. */
export interface Writes {
  /** Holds the ticket until the order is committed or given up, also when its sender was told to repeat it. */
  place(request: PlaceRequest, ticket: Ticket): Promise<Placed>;
  cancel(request: CancelRequest): Promise<Cancelled>;
  /** Each request is answered by itself, in their order. */
  decide(requests: readonly DecisionRequest[]): Promise<readonly Decided[]>;
  /** Any other change in the next batch, under the same limits. */
  inBatch<Result>(work: (unit: Unit) => Promise<Result>): Promise<Result>;
  /** Any other change that looks after its own transaction, under the same limits. */
  promptly<Result>(work: () => Promise<Result>): Promise<Result>;
}

interface Means {
  readonly submit: Submit;
  readonly obstacle: () => string | null;
  readonly clock: Clock;
  readonly answerWithin: Duration;
  readonly placeOrders: PlaceOrders;
  readonly cancelOrder: CancelOrder;
  readonly decideApprovals: DecideApprovals;
  readonly once: Pick<AnswerOnce, 'begin'>;
}

/** What stands in the way for less than this is a queue, not a failure: requests wait it out. */
const PATIENCE = seconds(2);

/** Takes nothing while something has stood in the way for a while (NOT_RUNNING), and lets nobody wait longer than `answerWithin` (TIMED_OUT). */
export function writesOf({ submit, obstacle, clock, answerWithin, placeOrders, cancelOrder, decideApprovals, once }: Means): Writes {
  const place = placeDesk(submit, placeOrders);
  const lasting = lastingObstacle(obstacle, clock);
  const soon = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const why = lasting();
    if (why !== null) return Promise.reject(new MeshError('NOT_RUNNING', { advice: `${why}; nothing was done, try again in a few seconds` }));
    return within(work(), answerWithin);
  };
  const inBatch = onceUnderKey(once, (work) => soon(() => submit(work)));
  return {
    place: (request, ticket) => soon(() => {
      ticket.hold();
      return place(request).finally(() => { ticket.letGo(); });
    }),
    cancel: (request) => inBatch((unit) => cancelOrder(request, unit)),
    decide: (requests) => inBatch((unit) => decideApprovals(requests, unit)),
    inBatch,
    promptly: soon,
  };
}

/** The obstacle, once whoever asked has met it for longer than our patience. */
function lastingObstacle(obstacle: () => string | null, clock: Clock): () => string | null {
  let since: number | null = null;
  return () => {
    const why = obstacle();
    since = why === null ? null : since ?? clock.now();
    return since !== null && clock.now() - since >= PATIENCE ? why : null;
  };
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Continues the caller's trace, if it names one (W3C trace context). */
export function traceFrom(traceparent: string | undefined): Trace {
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {};
}

async function within<Result>(work: Promise<Result>, limit: Duration): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new MeshError('TIMED_OUT', { advice: 'not committed in time, and not refused either: repeat the very same request, with the same Idempotency-Key' })); }, limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // whoever waited is gone; the work's own failure is told to its next sender
    work.catch(() => {});
  }
}
