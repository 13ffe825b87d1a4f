import type { Duration } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';

/** Carries reconciliations on, and shows how many differences wait. */
export function scheduleReconciliation({ repeat, metrics, obstacle }: Runtime<unknown>, poll: Duration, carryOn: () => Promise<number>): void {
  const open = metrics.gauge('mesh_reconciliation_differences_open', 'Differences between the books of CRM, mesh and ERP that wait for somebody or something.');
  repeat('reconcile', poll, async () => {
    if (obstacle() === null) open.set(await carryOn());
  });
}
