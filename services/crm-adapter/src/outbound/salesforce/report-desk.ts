import type { Duration } from '@order-mesh/kernel';
import { callDesk, type CallLedger, type CallLimits, type CallResult, type DeskRuntime, type PendingCall, type RepeatableEffect } from '@order-mesh/outbound';
import type { Report } from '../../domain/report.ts';
import type { Reports } from '../../usecases/ports.ts';
import { fieldsOf, listOf, type Fields } from './decode.ts';
import { within, type Session } from './session.ts';

export interface ReportDeskOptions {
  readonly runtime: DeskRuntime;
  readonly session: Session;
  readonly giveUpAfter: Duration;
  readonly timeout: Duration;
  readonly limits?: Partial<CallLimits>;
  /** Where calls are kept; PostgreSQL if not named. */
  readonly ledger?: CallLedger;
}

/** Opens the desk through which orders are reported back, up to 200 in one call. */
export function reportDesk({ runtime, session, giveUpAfter, timeout, limits, ledger }: ReportDeskOptions): Reports {
  const desk = callDesk({
    service: 'crm-adapter', system: 'salesforce', runtime, operations: { report: reportToSalesforce(session, timeout) },
    limits: { concurrency: MOST_CALLS, timeoutMs: timeout, ...limits }, ...(ledger && { ledger }),
    async settle(settled) {
      for (const { orderId, outcome } of settled) {
        if (outcome.type !== 'answered') runtime.log.error('CRM could not be told', { orderId, outcome: outcome.type, detail: outcome.detail });
      }
    },
  });
  return {
    ask: (unit, asked) => desk.ask(unit, asked.map(({ report, cause }) => ({
      key: `REPORT-${cause.id}`, operation: 'report' as const, orderId: report.orderId, ledger: SOLE_LEDGER, request: report,
      giveUpAt: unit.now + giveUpAfter, trace: cause.trace,
    }))),
  };
}

const SOLE_LEDGER = 'salesforce';
const MOST_CALLS = 2;
const MOST_RECORDS = 200;

type ReportCall = PendingCall<Report>;

/** Writes reports onto the orders. The same values again change nothing, so what is unknown is simply written again. */
export function reportToSalesforce(session: Session, timeout: Duration): RepeatableEffect<Report, null> {
  return {
    kind: 'repeatable',
    batchSize: MOST_RECORDS,
    async perform(calls, signal) {
      const connection = await session.connection();
      if (signal.aborted) throw signal.reason;
      const records = recordsFor(calls);
      const results = listOf(await within(timeout, connection.sobject('Order').update([...records.values()], { allOrNone: false })));
      const byOrder = new Map([...records.keys()].map((orderId, index) => [orderId, resultFrom(results[index])]));
      return calls.map(({ orderId }) => byOrder.get(orderId) ?? { type: 'unknown', detail: 'Salesforce did not say what became of it' });
    },
  };
}

// One call may name a record once: what several reports say of an order is joined, the later one wins
function recordsFor(calls: readonly ReportCall[]): ReadonlyMap<string, { readonly Id: string }> {
  const records = new Map<string, { readonly Id: string }>();
  for (const { orderId, request } of calls) records.set(orderId, { ...records.get(orderId), ...recordFrom(request) });
  return records;
}

function recordFrom({ orderId, status, reason, confirmedAt, contractId, waybill, saleOrderCode }: Report): { readonly Id: string } {
  const fields: Record<string, string | undefined> = {
    Mesh_Order_Id__c: orderId, Mesh_Status__c: status, Mesh_Reason__c: reason, Mesh_Confirmed_At__c: confirmedAt,
    Mesh_Contract_Id__c: contractId, Mesh_Waybill__c: waybill, Mesh_Sale_Order_Code__c: saleOrderCode,
  };
  return { Id: orderId, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

const PASSING: ReadonlySet<string> = new Set(['UNABLE_TO_LOCK_ROW', 'REQUEST_LIMIT_EXCEEDED', 'SERVER_UNAVAILABLE', 'UNKNOWN_EXCEPTION']);

function resultFrom(result: Fields | undefined): CallResult<null> {
  if (!result) return { type: 'unknown', detail: 'Salesforce left an order out of its answer' };
  if (result['success'] === true) return { type: 'answered', answer: null };
  const [error = {}] = listOf(result['errors']);
  const { statusCode, errorCode, message } = fieldsOf(error);
  const code = String(statusCode ?? errorCode ?? 'no code');
  const detail = `${code}: ${String(message ?? '')}`;
  return PASSING.has(code) ? { type: 'unavailable', detail } : { type: 'refused', reason: code.toLowerCase().replaceAll('_', '-'), detail };
}
