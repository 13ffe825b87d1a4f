import type { TopicMessages } from '@order-mesh/contracts';
import { days } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { differenceItemOf, runFinished, runStarted, type RunItem } from '../domain/reconciliation-view.ts';
import type { KeptDifference, ReconciliationViews } from './ports.ts';

export type ReconciliationEvent = Received<TopicMessages['reconciliation.events.v1']>;
export type ProjectReconciliation = (batch: readonly ReconciliationEvent[], unit: Unit) => Promise<void>;

/** As long as finance keeps them. */
const KEPT_FOR = days(90);

/** Keeps the view of every reconciliation and difference; the statements of the books are not for it. */
export const projectReconciliation = ({ reconciliations }: { readonly reconciliations: ReconciliationViews }): ProjectReconciliation => async (batch, unit) => {
  await followRuns(reconciliations, batch, unit);
  const told = new Map<string, KeptDifference>();
  for (const message of batch) {
    if (message.type !== 'DifferenceChanged') continue;
    const { differenceId, version } = message.value;
    if (version > (told.get(differenceId)?.version ?? 0)) told.set(differenceId, { item: differenceItemOf(message.value), version });
  }
  if (told.size > 0) await reconciliations.saveDifferences(unit.tx, [...told.values()]);
};

async function followRuns(reconciliations: ReconciliationViews, batch: readonly ReconciliationEvent[], unit: Unit): Promise<void> {
  const about = batch.flatMap((message) => (message.type === 'ReconciliationStarted' || message.type === 'ReconciliationFinished' ? [message] : []));
  if (about.length === 0) return;
  const runs = new Map<string, RunItem>((await reconciliations.loadRuns(unit.tx, [...new Set(about.map(({ value }) => value.runId))])).map((run) => [run.runId, run]));
  for (const message of about) {
    const known = runs.get(message.value.runId);
    runs.set(message.value.runId, message.type === 'ReconciliationStarted' ? runStarted(known, message.value) : runFinished(known, message.value));
  }
  await reconciliations.saveRuns(unit.tx, [...runs.values()]);
  await reconciliations.forget(unit.tx, unit.now - KEPT_FOR);
}
