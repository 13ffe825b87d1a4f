import type { Envelope } from '../envelope.ts';
import type { BatchSpan } from './host.ts';
import type { Plan } from './plan.ts';

interface Committed {
  readonly plan: Plan;
  readonly sent: readonly Envelope[];
  /** By `performance.now`. */
  readonly started: number;
  readonly tookMs: number;
}

/** What a committed batch did, for the traces of its orders. */
export function spanOf({ plan, sent, started, tookMs }: Committed): BatchSpan {
  const began = performance.timeOrigin + started;
  const took = [...plan.deciders, ...plan.projections].flatMap(({ messages }) => messages.flatMap(({ trace: { traceparent } }) => traceparent ?? []));
  return {
    began, ended: began + tookMs, took: [...new Set(took)],
    sent: sent.flatMap(({ received: { type, key, trace: { traceparent } }, topic, source, cause }) => (
      traceparent === undefined ? [] : [{ traceparent, cause, type, key, topic, participant: source }])),
  };
}
