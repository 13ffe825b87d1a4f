import { minutes } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { callDesk, type DeskRuntime, type PartnerQuestion } from '@order-mesh/outbound';
import type { RouteEvent } from '../domain/parcel.ts';
import type { Tracking } from '../usecases/ports.ts';
import type { Shown } from '../usecases/track-parcels.ts';

export type WhereIs = Readonly<{ waybill: string }>;

export interface TrackingDeskOptions {
  readonly runtime: DeskRuntime;
  readonly where: PartnerQuestion<WhereIs, readonly RouteEvent[]>;
  readonly settle: (shown: readonly Shown[], unit: Unit) => Promise<void>;
}

// A look that fails is followed by the next one
const ANSWERED_WITHIN = minutes(5);
// The 500 parcels of a look are 50 questions; bookings have a desk, a breaker and a limit of their own
const LIMITS = { concurrency: 2, perSecond: 5 };

/** The carrier's tracking behind a durable desk: asking twice about a parcel while the first answer is awaited asks once. */
export function openTrackingDesk({ runtime, settle, where }: TrackingDeskOptions): Tracking {
  const desk = callDesk({
    runtime, service: 'logistics', system: 'carrier-tracking', operations: { 'where-is': where }, limits: LIMITS,
    settle: (settled, unit) => settle(settled.flatMap(({ orderId, outcome, cause }) => (outcome.type === 'answered' ? [{ orderId, events: outcome.answer, cause }] : [])), unit),
  });
  return {
    ask: (unit, parcels) => desk.ask(unit, parcels.map(({ orderId, waybill, cause }) => (
      { key: `where-is/${waybill}`, operation: 'where-is', orderId, ledger: 'tracking', request: { waybill }, giveUpAt: unit.now + ANSWERED_WITHIN, trace: cause.trace }))),
  };
}
