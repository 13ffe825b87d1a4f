import { seconds } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { Unit } from '@order-mesh/messaging';

/** Looks for due timers every second; only when there are some does it cost a batch. */
export function scheduleTimers({ repeat, database, submit, clock }: Runtime<unknown>, fireTimers: (unit: Unit) => Promise<boolean>): void {
  repeat('fire timers', seconds(1), async () => {
    const due = await database.query({
      name: 'saga.any-due',
      text: 'select 1 from order_orchestrator.saga where deadline <= $1 limit 1',
      values: [new Date(clock.now())],
    });
    for (let more = due.length > 0; more;) more = await submit(fireTimers);
  });
}
