import { seconds, type Instant } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { ApprovalsConfig } from '../config.ts';
import { approvalMeasures } from '../measures.ts';
import type { TaskCount } from '../usecases/ports.ts';
import type { PressApprovals } from '../usecases/press-approvals.ts';

/** Has the clock press for decisions, again and again. */
export function schedulePressing({ config, repeat, submit }: Runtime<ApprovalsConfig>, pressApprovals: PressApprovals): void {
  repeat('press for decisions', config.expireEvery, () => submit(pressApprovals));
}

/** Shows how many questions wait for whom. */
export function scheduleTaskCounts({ repeat, metrics, clock }: Runtime<ApprovalsConfig>, countTasks: (now: Instant) => Promise<readonly TaskCount[]>): void {
  const waiting = metrics.gauge(approvalMeasures.waiting);
  const overdue = metrics.gauge(approvalMeasures.overdue);
  repeat('count approvals', seconds(15), async () => {
    const counts = await countTasks(clock.now());
    waiting.setAll(counts.map((count) => ({ value: count.waiting, labels: { role: count.role } })));
    overdue.setAll(counts.map((count) => ({ value: count.overdue, labels: { role: count.role } })));
  });
}
