import { fen } from '@order-mesh/kernel';
import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { sideNamed, takePage, type Run, type Side } from '../domain/run.ts';
import type { ReconciliationPorts, StatementLine } from './ports.ts';

export type ReconciliationEvent = Received<TopicMessages['reconciliation.events.v1']>;
export type TakeStatements = (batch: readonly ReconciliationEvent[], unit: Unit) => Promise<void>;

/** Takes the pages of the look under way; those of an earlier one are left alone. A book that can't be read ends the run: half a comparison would find differences where there are none. */
export const takeStatements = ({ runs, statements, log }: Pick<ReconciliationPorts, 'runs' | 'statements' | 'log'>): TakeStatements => async (batch, unit) => {
  const pages = batch.flatMap((message) => (isAboutStatement(message) ? [message] : []));
  if (pages.length === 0) return;
  const before = await runs.load(unit.tx);
  if (!before) return;
  let run: Run = before;
  for (const message of pages) {
    if (message.type === 'StatementFailed') {
      run = failedBy(run, message, unit);
      if (run.status === 'finished') log.warn('reconciliation failed', { ...message.value });
      continue;
    }
    const { side, lines } = linesIn(message);
    const next = takePage(run, { ...message.value, side });
    if (!next) continue;
    await statements.add(unit.tx, side, lines);
    run = next;
  }
  if (run !== before) await runs.save(unit.tx, run);
};

type AboutStatement = Extract<ReconciliationEvent, { readonly type: 'ErpStatement' | 'CrmStatement' | 'OrderStatement' | 'StatementFailed' }>;
type Page = Exclude<AboutStatement, { readonly type: 'StatementFailed' }>;

function isAboutStatement(message: ReconciliationEvent): message is AboutStatement {
  return message.type === 'ErpStatement' || message.type === 'CrmStatement' || message.type === 'OrderStatement' || message.type === 'StatementFailed';
}

function linesIn(message: Page): { readonly side: Side; readonly lines: readonly StatementLine[] } {
  switch (message.type) {
    case 'ErpStatement': return { side: 'erp', lines: message.value.documents.map((content) => ({ orderId: content.orderId, item: content.code, content })) };
    case 'CrmStatement': return { side: 'crm', lines: message.value.orders.map((content) => ({ orderId: content.orderId, item: '', content })) };
    default: return { side: 'mesh', lines: message.value.orders.map((content) => ({ orderId: content.orderId, item: '', content })) };
  }
}

function failedBy(run: Run, message: Extract<AboutStatement, { readonly type: 'StatementFailed' }>, unit: Unit): Run {
  const { runId, look, side, detail } = message.value;
  if (run.runId !== runId || run.look !== look || run.status !== 'reading' || !sideNamed(side)) return run;
  unit.send({ type: 'ReconciliationFinished', value: { runId, outcome: 'failed', detail: `no statement of ${side}: ${detail}`, orders: 0, amount: fen(0), openDifferences: 0, finishedAt: unit.now } }, message);
  return { ...run, status: 'finished' };
}
