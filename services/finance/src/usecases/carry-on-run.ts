import { fen, type Instant } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { unread, type Run } from '../domain/run.ts';
import { beginRun, beginSecondLook } from './begin-run.ts';
import { concludeLook } from './conclude-look.ts';
import type { ReconciliationPorts } from './ports.ts';

/** How the comparison of the books stands. */
export interface Standing {
  readonly openDifferences: number;
  readonly lastStartedAt: Instant | null;
}

/** Brings the reconciliation under way one step further, or begins the next one when it is time. Tells how things stood before. */
export const carryOnRun = (ports: ReconciliationPorts) => async (): Promise<Standing> => {
  const { runs, rules, clock, submit } = ports;
  const { run, lastStartedAt, openDifferences } = await runs.look();
  const now = clock.now();
  if (!run) {
    if (isDue(rules.reconcileEvery, lastStartedAt, now)) await submit((unit) => beginScheduled(ports, lastStartedAt, unit));
  } else if (run.status === 'read') {
    await concludeLook(ports, run);
  } else if (run.status === 'waiting') {
    if (now >= run.lookBeganAt + rules.secondLookAfter) await submit((unit) => beginSecondLook(ports, run.runId, unit));
  } else if (now >= run.lookBeganAt + rules.giveUpAfter) {
    await submit((unit) => giveUp(ports, run, unit));
  }
  return { openDifferences, lastStartedAt };
};

function isDue(every: number, lastStartedAt: Instant | null, now: Instant): boolean {
  return every > 0 && (lastStartedAt === null || now >= lastStartedAt + every);
}

// Named after the run before it: of two processes that begin one at the same moment, only one does
function beginScheduled(ports: ReconciliationPorts, lastStartedAt: Instant | null, unit: Unit): Promise<void> {
  const runId = `scheduled-${lastStartedAt ?? 0}`;
  return beginRun(ports, { runId, requestedBy: 'schedule', days: 0 }, { unit, cause: { id: `reconcile/${runId}`, trace: {} } });
}

async function giveUp({ runs, log }: ReconciliationPorts, { runId, look }: Run, unit: Unit): Promise<void> {
  const run = await runs.load(unit.tx);
  if (run?.runId !== runId || run.look !== look || run.status !== 'reading') return;
  const detail = `no statement of ${unread(run).join(' and ')} in time; look at the log of its adapter`;
  log.warn('reconciliation given up', { runId, detail });
  await runs.save(unit.tx, { ...run, status: 'finished' });
  unit.send({ type: 'ReconciliationFinished', value: { runId, outcome: 'failed', detail, orders: 0, amount: fen(0), openDifferences: 0, finishedAt: unit.now } }, { id: `reconcile/${runId}/end`, trace: {} });
}
