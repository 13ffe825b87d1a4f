import { setTimeout as sleep } from 'node:timers/promises';
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
  readonly days?: number;
  readonly progress: (text: string) => void;
  readonly wait?: (length: Duration) => Promise<unknown>;
}

/**
 * Has the books compared, after whatever is being compared right now, and gives the run once it has ended. When finance begins its own at the very moment, that one is followed
 * instead, unless it may be of fewer days than were asked for. Rejects with TIMED_OUT.
 */
export async function compareNow(desk: ReconciliationDesk, { days, progress, wait = sleep }: CompareNow): Promise<Run> {
  const { passed, pause } = patience(wait);
  for (let isBeaten = false; ;) {
    const other = await desk.underWay();
    const runId = other ? (isBeaten && isAsGood(other, days) ? other.runId : null) : await desk.start(days);
    if (runId !== null) {
      const askedAt = passed();
      const run = await endOf(desk, runId, { pause, tell: () => { progress(`the books of CRM, mesh and ERP are being read and compared, ${Math.round((passed() - askedAt) / 1_000)} s`); } });
      // Finance says no to one that it never began: the gateway had not heard yet that another one is under way
      if (run.status !== 'failed' || run.startedAt !== null) return run;
    }
    isBeaten ||= other === null;
    progress('another reconciliation is under way');
    await pause();
  }
}

/** Compares until the repaired differences have gone, or for three minutes; gives how things stand then. */
export async function seeRepaired(desk: ReconciliationDesk, repaired: ReadonlySet<string>, options: CompareNow): Promise<{ readonly run: Run; readonly shown: Reconciliation }> {
  const startedAt = performance.now();
  for (;;) {
    options.progress('the repairs are being made');
    await (options.wait ?? sleep)(REPAIRS_TAKE);
    const run = await compareNow(desk, options);
    const shown = await desk.show();
    const isUnderRepair = ({ differenceId, status }: Difference): boolean => status === 'repairing' && repaired.has(differenceId);
    if (!shown.differences.some(isUnderRepair) || performance.now() - startedAt > LONGEST_REPAIR) return { run, shown };
  }
}

/** Whether it compares what was asked for: finance's own are of as many days as are usual, those of people may be of any. */
const isAsGood = ({ requestedBy }: Run, days: number | undefined): boolean => days === undefined && requestedBy === 'schedule';

interface Patience {
  readonly passed: () => Duration;
  readonly pause: () => Promise<void>;
}

function patience(wait: (length: Duration) => Promise<unknown>): Patience {
  const startedAt = performance.now();
  const passed = (): Duration => performance.now() - startedAt;
  return {
    passed,
    async pause() {
      if (passed() > LONGEST_RUN) throw new MeshError('TIMED_OUT', { advice: 'the reconciliation has not ended within half an hour; look at the log of finance' });
      await wait(LOOK_EVERY);
    },
  };
}

async function endOf(desk: ReconciliationDesk, runId: string, { pause, tell }: { readonly pause: () => Promise<void>; readonly tell: () => void }): Promise<Run> {
  for (let unheardFor = 0; ; unheardFor += LOOK_EVERY) {
    tell();
    const run = await desk.run(runId).catch((error: unknown) => notYet(error, unheardFor));
    if (run && run.status !== 'running') return run;
    await pause();
  }
}

function notYet(error: unknown, waited: Duration): null {
  if (error instanceof MeshError && error.code === 'BAD_REQUEST' && waited < LONGEST_UNHEARD) return null;
  throw error;
}
