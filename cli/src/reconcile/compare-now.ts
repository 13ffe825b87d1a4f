import { setTimeout as wait } from 'node:timers/promises';
import { MeshError, milliseconds, minutes, seconds, type Duration } from '@order-mesh/kernel';
import type { Difference, Reconciliation, ReconciliationDesk, Run } from '../gateway/reconciliation.ts';

const LOOK_EVERY = milliseconds(500);
/** A reconciliation that finds something new reads all the books twice. */
const LONGEST_RUN = minutes(30);
const LONGEST_UNHEARD = seconds(30);
/** What a repair needs at a partner that answers: a second or two. */
const REPAIRS_TAKE = seconds(3);
const LONGEST_REPAIR = minutes(3);

export interface CompareNow {
  readonly by: string;
  readonly days?: number;
  readonly progress: (text: string) => void;
}

/** Has the books compared, after whatever is being compared right now, and gives the run once it has ended. Rejects with TIMED_OUT. */
export async function compareNow(desk: ReconciliationDesk, { by, days, progress }: CompareNow): Promise<Run> {
  const startedAt = performance.now();
  const passed = (): Duration => performance.now() - startedAt;
  while ((await desk.show()).underWay) {
    progress('another reconciliation is under way');
    await pause(passed);
  }
  const runId = await desk.start(by, days);
  const askedAt = passed();
  for (;;) {
    progress(`the books of CRM, mesh and ERP are being read and compared, ${Math.round((passed() - askedAt) / 1_000)} s`);
    const run = await desk.run(runId).catch((error: unknown) => notYet(error, passed() - askedAt));
    if (run && run.status !== 'running') return run;
    await pause(passed);
  }
}

/** Compares until the repaired differences have gone, or for three minutes; gives how things stand then. */
export async function seeRepaired(desk: ReconciliationDesk, repaired: ReadonlySet<string>, options: CompareNow): Promise<{ readonly run: Run; readonly shown: Reconciliation }> {
  const startedAt = performance.now();
  for (;;) {
    options.progress('the repairs are being made');
    await wait(REPAIRS_TAKE);
    const run = await compareNow(desk, options);
    const shown = await desk.show();
    const isUnderRepair = ({ differenceId, status }: Difference): boolean => status === 'repairing' && repaired.has(differenceId);
    if (!shown.differences.some(isUnderRepair) || performance.now() - startedAt > LONGEST_REPAIR) return { run, shown };
  }
}

async function pause(passed: () => Duration): Promise<void> {
  if (passed() > LONGEST_RUN) throw new MeshError('TIMED_OUT', { advice: 'the reconciliation has not ended within half an hour; look at the log of finance' });
  await wait(LOOK_EVERY);
}

function notYet(error: unknown, waited: Duration): null {
  if (error instanceof MeshError && error.code === 'BAD_REQUEST' && waited < LONGEST_UNHEARD) return null;
  throw error;
}
