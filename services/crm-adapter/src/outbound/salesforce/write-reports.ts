import type { Connection } from 'jsforce';
import { MeshError } from '@order-mesh/kernel';
import type { CallResult, PendingCall, RepeatableEffect } from '@order-mesh/outbound';
import { joined, type Report } from '../../domain/report.ts';
import type { ReportBook, Shown } from '../../usecases/ports.ts';
import { fieldsOf, listOf, type Fields } from './decode.ts';
import { within, type Session } from './session.ts';

/** The external id by which orders are found: the number of an order in the mesh, which is its Salesforce id. */
const KEY = 'Mesh_Order_Id__c';
/** As many as a collection of sObjects may have. */
const MOST_RECORDS = 200;
/** So often what was reported meanwhile is written at once; after that it is tried again later. */
const MOST_ROUNDS = 3;

export interface ReportWriting {
  readonly session: Session;
  readonly book: Pick<ReportBook, 'shown'>;
  /** For one request, in milliseconds. */
  readonly timeout: number;
}

/**
 * Writes onto up to 200 orders in one call what the CRM is to show of them; each has a result of its own. The same values again change nothing, so what is unknown is simply written again.
 * A call writes what stands in the book by now, not what it was asked for, and looks afterwards whether that has changed: however calls overtake each other, the newest is what remains.
 */
export function reportToSalesforce({ session, book, timeout }: ReportWriting): RepeatableEffect<Report, null> {
  return {
    kind: 'repeatable',
    batchSize: MOST_RECORDS,
    async perform(calls, signal) {
      const connection = await session.connection();
      const orderIds = [...new Set(calls.map(({ orderId }) => orderId))];
      const results = new Map<string, CallResult<null>>();
      let [due, written] = [await wantedOf(calls, book), new Map<string, Shown>()];
      for (let round = 0; due.size > 0 && round < MOST_ROUNDS; round += 1) {
        if (signal.aborted) throw signal.reason;
        for (const [orderId, result] of await write(connection, [...due.values()].map(({ report }) => report), timeout)) results.set(orderId, result);
        written = new Map([...written, ...due]);
        due = newerThan(written, await book.shown(orderIds));
      }
      for (const orderId of due.keys()) results.set(orderId, { type: 'unavailable', detail: 'more was reported of the order meanwhile' });
      return calls.map(({ orderId }) => results.get(orderId) ?? { type: 'unknown', detail: 'Salesforce did not say what became of it' });
    },
  };
}

// A call that was asked for before there was a book says itself what it is about
async function wantedOf(calls: readonly PendingCall<Report>[], book: ReportWriting['book']): Promise<ReadonlyMap<string, Shown>> {
  const asked = joined(calls.map(({ request }) => request));
  const shown = await book.shown([...asked.keys()]);
  return new Map([...asked].map(([orderId, report]) => [orderId, shown.get(orderId) ?? { report, version: 0 }]));
}

function newerThan(written: ReadonlyMap<string, Shown>, shown: ReadonlyMap<string, Shown>): ReadonlyMap<string, Shown> {
  return new Map([...shown].filter(([orderId, { version }]) => version > (written.get(orderId)?.version ?? version)));
}

type Results = ReadonlyMap<string, CallResult<null>>;

async function write(connection: Connection, reports: readonly Report[], timeout: number): Promise<Results> {
  const records = reports.map(recordFrom);
  const upserted = await answered(within(timeout, connection.sobject('Order').upsert(records, KEY, { allOrNone: false })), reports);
  const unlinked = reports.filter(({ orderId }) => isUnlinked(upserted.get(orderId)));
  return unlinked.length === 0 ? upserted : new Map([...upserted, ...await link(connection, unlinked, timeout)]);
}

// An order that was activated before the organisation linked its orders is written by its own id, once: from then on it has the external id
function link(connection: Connection, reports: readonly Report[], timeout: number): Promise<Results> {
  const records = reports.map((report) => ({ Id: report.orderId, ...recordFrom(report) }));
  return answered(within(timeout, connection.sobject('Order').update(records, { allOrNone: false })), reports);
}

async function answered(work: Promise<unknown>, reports: readonly Report[]): Promise<Results> {
  try {
    const results = listOf(await work);
    return new Map(reports.map(({ orderId }, place) => [orderId, resultFrom(results[place])]));
  } catch (cause) {
    const code = String(fieldsOf(cause)['errorCode'] ?? '');
    if (!PASSING.has(code)) throw cause;
    const detail = cause instanceof MeshError || !(cause instanceof Error) ? code : `${code}: ${cause.message}`;
    return new Map(reports.map(({ orderId }) => [orderId, { type: 'unavailable', detail }]));
  }
}

function recordFrom({ orderId, status, reason, confirmedAt, contractId, waybill, saleOrderCode }: Report): Readonly<Record<string, string>> {
  const fields: Record<string, string | undefined> = {
    [KEY]: orderId, Mesh_Status__c: status, Mesh_Reason__c: reason, Mesh_Confirmed_At__c: confirmedAt,
    Mesh_Contract_Id__c: contractId, Mesh_Waybill__c: waybill, Mesh_Sale_Order_Code__c: saleOrderCode,
  };
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Salesforce's own troubles: nothing was written, and it may be later. */
const PASSING: ReadonlySet<string> = new Set(['UNABLE_TO_LOCK_ROW', 'REQUEST_LIMIT_EXCEEDED', 'SERVER_UNAVAILABLE', 'UNKNOWN_EXCEPTION']);
/** An upsert that finds nothing would make an order, and can't: our records lack what every order needs. */
const UNLINKED = 'required-field-missing';

function resultFrom(result: Fields | undefined): CallResult<null> {
  if (!result) return { type: 'unknown', detail: 'Salesforce left an order out of its answer' };
  if (result['created'] === true) return { type: 'refused', reason: 'order-made', detail: `Salesforce made the order ${String(result['id'])} instead of finding ours: delete it, and have orders need an EffectiveDate` };
  if (result['success'] === true) return { type: 'answered', answer: null };
  const [error = {}] = listOf(result['errors']);
  const { statusCode, errorCode, message } = fieldsOf(error);
  const code = statusCode ?? errorCode;
  if (typeof code !== 'string' || code === '') return { type: 'unknown', detail: 'Salesforce said neither that the order was written nor why not' };
  const detail = `${code}: ${String(message ?? '')}`;
  return PASSING.has(code) ? { type: 'unavailable', detail } : { type: 'refused', reason: code.toLowerCase().replaceAll('_', '-'), detail };
}

function isUnlinked(result: CallResult<null> | undefined): boolean {
  return result?.type === 'refused' && result.reason === UNLINKED;
}
