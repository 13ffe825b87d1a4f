import { seconds, type Instant } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { Unit } from '@order-mesh/messaging';
import type { Definitions } from '../domain/follow.ts';
import { sagaMeasures } from '../measures.ts';
import type { OrderCount, PlaceCount } from '../usecases/ports.ts';

/** Looks for due timers every second; only when there are some does it cost a batch. */
export function scheduleTimers({ repeat, database, submit, clock }: Runtime<unknown>, fireTimers: (unit: Unit) => Promise<boolean>, definitions: readonly string[]): void {
  repeat('fire timers', seconds(1), async () => {
    const due = await database.query({
      name: 'saga.any-due',
      text: 'select 1 from order_orchestrator.saga where deadline <= $1 and definition = any($2::text[]) limit 1',
      values: [new Date(clock.now()), definitions],
    });
    for (let more = due.length > 0; more;) more = await submit(fireTimers);
  });
}

/** Looks for orders that nothing moves every half minute. */
export function scheduleStuckOrders({ repeat, submit }: Runtime<unknown>, findStuckOrders: (unit: Unit) => Promise<boolean>): void {
  repeat('find stuck orders', seconds(30), async () => {
    for (let more = true; more;) more = await submit(findStuckOrders);
  });
}

/** Shows where the orders on their way are, and how many wait for a person. */
export function scheduleCounts({ repeat, metrics, clock }: Runtime<unknown>, countOrders: (now: Instant) => Promise<OrderCount>, { newest }: Definitions): void {
  const gauges = {
    inFlight: metrics.gauge(sagaMeasures.inFlight), fen: metrics.gauge(sagaMeasures.inFlightFen), waited: metrics.gauge(sagaMeasures.waited), oldest: metrics.gauge(sagaMeasures.oldest),
    cases: metrics.gauge(sagaMeasures.cases), overdue: metrics.gauge(sagaMeasures.casesOverdue),
  };
  // a step at which nobody is shows as 0, not as unknown
  const empty = newest.steps.map(({ name }) => ({ value: 0, labels: { step: name, phase: 'asked' } }));
  repeat('count orders', seconds(15), async () => {
    const now = clock.now();
    const { orders, cases } = await countOrders(now);
    const show = (valueOf: (place: PlaceCount) => number) => [...empty, ...orders.map((place) => ({ value: valueOf(place), labels: { step: place.step, phase: place.phase } }))];
    gauges.inFlight.setAll(show(({ count }) => count));
    gauges.fen.setAll(show(({ amountFen }) => amountFen));
    gauges.waited.setAll(show(({ movedAt }) => Math.max(0, now - movedAt) / 1_000));
    gauges.oldest.set(Math.max(0, ...orders.map(({ startedAt }) => now - startedAt)) / 1_000, {});
    gauges.cases.setAll(cases.map(({ kind, open }) => ({ value: open, labels: { kind } })));
    gauges.overdue.setAll(cases.map(({ kind, overdue }) => ({ value: overdue, labels: { kind } })));
  });
}
