import { seconds, type Instant } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { Unit } from '@order-mesh/messaging';
import type { CaseCount } from '../usecases/ports.ts';

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

/** Shows how many orders wait for a person, and how many of them longer than they should. */
export function scheduleCounts({ repeat, metrics, clock }: Runtime<unknown>, countCases: (now: Instant) => Promise<readonly CaseCount[]>): void {
  const open = metrics.gauge('mesh_cases_open', 'Orders that need a person.', ['kind']);
  const overdue = metrics.gauge('mesh_cases_overdue', 'Those of them that are past their deadline.', ['kind']);
  repeat('count cases', seconds(10), async () => {
    for (const count of await countCases(clock.now())) {
      open.set(count.open, { kind: count.kind });
      overdue.set(count.overdue, { kind: count.kind });
    }
  });
}
