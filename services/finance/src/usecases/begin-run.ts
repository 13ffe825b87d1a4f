import { days, fen } from '@order-mesh/kernel';
import type { Cause, Unit } from '@order-mesh/messaging';
import { lookAgain, startRun, type Run } from '../domain/run.ts';
import type { ReconciliationPorts } from './ports.ts';

export interface RunWish {
  readonly runId: string;
  readonly requestedBy: string;
  /** 0 for as many as is usual. */
  readonly days: number;
}

type Ports = Pick<ReconciliationPorts, 'runs' | 'statements' | 'rules' | 'log'>;

const KEPT_FOR = days(90);

/** Begins a reconciliation and asks every keeper of a book for a statement. While another one is under way, it fails at once. */
export async function beginRun({ runs, statements, rules, log }: Ports, { runId, requestedBy, days: wished }: RunWish, { unit, cause }: { readonly unit: Unit; readonly cause: Cause }): Promise<void> {
  const underWay = await runs.load(unit.tx);
  if (underWay?.runId === runId) return;
  if (underWay) {
    const detail = `the reconciliation that ${underWay.requestedBy} asked for is under way; ask again when it has ended`;
    unit.send({ type: 'ReconciliationFinished', value: { runId, outcome: 'failed', detail, orders: 0, amount: fen(0), openDifferences: 0, finishedAt: unit.now } }, cause);
    return;
  }
  const run = startRun({ runId, requestedBy, days: wished || rules.reconcileDays, now: unit.now });
  await runs.forget(unit.tx, unit.now - KEPT_FOR);
  unit.send({ type: 'ReconciliationStarted', value: { runId, from: run.from, requestedBy, startedAt: unit.now } }, cause);
  await askForStatements({ runs, statements }, run, { unit, cause });
  log.info('reconciliation started', { runId, requestedBy, from: new Date(run.from).toISOString() });
}

/** Has all books read once more, when the moment for the second look has come. */
export async function beginSecondLook(ports: Ports, runId: string, unit: Unit): Promise<void> {
  const run = await ports.runs.load(unit.tx);
  if (run?.runId !== runId || run.status !== 'waiting') return;
  await askForStatements(ports, lookAgain(run, unit.now), { unit, cause: { id: `reconcile/${runId}/2`, trace: {} } });
}

async function askForStatements({ runs, statements }: Pick<Ports, 'runs' | 'statements'>, run: Run, { unit, cause }: { readonly unit: Unit; readonly cause: Cause }): Promise<void> {
  await statements.empty(unit.tx);
  await runs.save(unit.tx, run);
  unit.send({ type: 'ReadStatement', value: { runId: run.runId, look: run.look, from: run.from } }, cause);
}
