import type { Duration } from '@order-mesh/kernel';
import type { Metrics, Runtime } from '@order-mesh/platform';
import { financeMeasures } from '../measures.ts';
import type { Standing } from '../usecases/carry-on-run.ts';
import type { LedgerWatch } from '../usecases/ports.ts';

/** Carries reconciliations on, and shows how many differences wait and how long ago the books were compared. */
export function scheduleReconciliation({ repeat, metrics, obstacle, clock }: Runtime<unknown>, poll: Duration, carryOn: () => Promise<Standing>): void {
  const open = metrics.gauge(financeMeasures.differences);
  const begun = metrics.gauge(financeMeasures.compared);
  repeat('reconcile', poll, async () => {
    if (obstacle() !== null) return;
    const { openDifferences, lastStartedAt } = await carryOn();
    open.set(openDifferences, {});
    begun.set(lastStartedAt === null ? 0 : Math.max(0, clock.now() - lastStartedAt) / 1_000, {});
  });
}

/** Measures what is entered into the ledger. */
export function ledgerWatch(metrics: Metrics): LedgerWatch {
  const toFinance = metrics.histogram(financeMeasures.toFinance);
  const recorded = metrics.counter(financeMeasures.recorded);
  const disagreeing = metrics.counter(financeMeasures.disagreeing);
  return {
    entered: (entries) => {
      for (const { placedAt, confirmedAt, amount, agrees } of entries) {
        toFinance.observe(Math.max(0, confirmedAt - placedAt) / 1_000, {});
        recorded.add({}, Number(amount));
        if (!agrees) disagreeing.add({});
      }
    },
  };
}
