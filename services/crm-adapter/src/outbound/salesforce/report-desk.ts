import type { Duration } from '@order-mesh/kernel';
import { callDesk, type CallLedger, type CallLimits, type DeskRuntime } from '@order-mesh/outbound';
import type { ReportBook, Reports } from '../../usecases/ports.ts';
import type { Session } from './session.ts';
import { reportToSalesforce } from './write-reports.ts';

export interface ReportDeskOptions {
  readonly runtime: DeskRuntime;
  readonly session: Session;
  readonly book: ReportBook;
  readonly giveUpAfter: Duration;
  readonly timeout: Duration;
  readonly limits?: Partial<CallLimits>;
  /** Where calls are kept; PostgreSQL if not named. */
  readonly ledger?: CallLedger;
}

/** Opens the desk through which orders are reported back: as many as wait in one call, up to 200. */
export function reportDesk({ runtime, session, book, giveUpAfter, timeout, limits, ledger }: ReportDeskOptions): Reports {
  const desk = callDesk({
    service: 'crm-adapter', system: 'salesforce', runtime, operations: { report: reportToSalesforce({ session, book, timeout }) },
    limits: { concurrency: MOST_CALLS, timeoutMs: timeout, ...limits }, ...(ledger && { ledger }),
    async settle(settled) {
      for (const { orderId, outcome } of settled) {
        if (outcome.type !== 'answered') runtime.log.error('CRM could not be told', { orderId, outcome: outcome.type, detail: outcome.detail });
      }
    },
  });
  return {
    async ask(unit, asked) {
      await book.add(unit.tx, asked.map(({ report }) => report));
      await desk.ask(unit, asked.map(({ report, cause }) => ({
        key: `REPORT-${cause.id}`, operation: 'report' as const, orderId: report.orderId, ledger: SOLE_LEDGER, request: report,
        giveUpAt: unit.now + giveUpAfter, trace: cause.trace,
      })));
    },
  };
}

const SOLE_LEDGER = 'salesforce';
/** What waits meanwhile goes together into the next; two would halve that, and wait for the same rows of accounts in Salesforce. */
const MOST_CALLS = 1;
