import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { fetch, type RequestInit, type Response } from 'undici';
import { MeshError } from '@order-mesh/kernel';
import type { SalesforceConfig } from '../../config.ts';
import type { Wanted } from '../../domain/import.ts';
import type { Lost, OrderLists } from '../../usecases/ports.ts';
import { fieldsOf, listOf, type Fields } from './decode.ts';
import type { Session } from './session.ts';
import { wholeAnswers } from './whole-answers.ts';

/**
 * Lists of orders as query jobs of the Bulk API 2.0: Salesforce keeps the results of a job for 7 days and gives them in pages by locator. jsforce can't begin in the
 * middle of a result, so the few calls are made here.
 */
export function salesforceOrderLists(session: Session, { apiVersion, timeout }: Pick<SalesforceConfig, 'apiVersion' | 'timeout'>): OrderLists {
  const call = caller(session, { base: `/services/data/v${apiVersion}/jobs/query`, timeout });
  return {
    async ask(wanted) {
      const body = { operation: 'query', query: queryFor(wanted), contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' };
      const answer = await call('', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
      if (!answer.ok) return lost(`Salesforce makes no list of orders: ${await complaintIn(answer)}`);
      const { id } = await jobIn(answer);
      return { type: 'asked', listId: String(id) };
    },
    async look(listId) {
      const answer = await call(`/${listId}`);
      if (!answer.ok) return gone(answer);
      const { state, numberRecordsProcessed: found, errorMessage } = await jobIn(answer);
      if (state === 'JobComplete') return { type: 'ready', total: Number(found) };
      if (state === 'UploadComplete' || state === 'InProgress') return { type: 'in-work', found: Number(found ?? 0) };
      return lost(`Salesforce gave up making the list (${String(state)}): ${String(errorMessage ?? 'it does not say why')}; start a new import`);
    },
    async read(listId, page) {
      const answer = await call(`/${listId}/results?maxRecords=${ORDERS_A_PAGE}${page === null ? '' : `&locator=${encodeURIComponent(page)}`}`);
      if (!answer.ok) return gone(answer);
      const orderIds = await idsIn(answer);
      const [count, next] = [answer.headers.get('sforce-numberofrecords'), answer.headers.get('sforce-locator')];
      if (Number(count) !== orderIds.length || next === null) throw incomplete(`${orderIds.length} of ${count ?? 'unknown'} rows came`);
      return { type: 'page', orderIds, next: next === LAST_PAGE ? null : next };
    },
    async drop(listId) {
      await (await call(`/${listId}`, { method: 'DELETE' })).body?.cancel();
    },
  };
}

const ORDERS_A_PAGE = 10_000;
// not an absent header: the word
const LAST_PAGE = 'null';
const UNAUTHORIZED = 401;
const TOO_MANY = 429;

/** Oldest first, so that credit and stock go to whoever ordered first; Salesforce allows it for a list of ids, though it can't divide the work then. */
function queryFor({ since, status }: Wanted): string {
  const activated = since === null ? '' : ` AND ActivatedDate >= ${new Date(since).toISOString()}`;
  return `SELECT Id FROM Order WHERE Status = '${status.replaceAll(/['\\]/g, '\\$&')}'${activated} ORDER BY ActivatedDate, Id`;
}

type Call = (path: string, request?: RequestInit) => Promise<Response>;

/** Calls with the session's token, once more with a new one where that is over. Throws PARTNER_UNREACHABLE unless there is an answer to go by. */
function caller(session: Session, { base, timeout }: { readonly base: string; readonly timeout: number }): Call {
  const dispatcher = wholeAnswers(timeout);
  const once = async (path: string, request: RequestInit): Promise<Response> => {
    const { accessToken, instanceUrl } = await session.credentials();
    const headers = { ...request.headers, authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${instanceUrl}${base}${path}`, { ...request, headers, dispatcher, redirect: 'error', signal: AbortSignal.timeout(timeout) })
      .catch((cause: unknown) => { throw incomplete(cause instanceof Error ? cause.message : String(cause), cause); });
    if (answer.status === UNAUTHORIZED) session.drop(accessToken);
    return answer;
  };
  return async (path, request = {}) => {
    const first = await once(path, request);
    const answer = first.status === UNAUTHORIZED ? await once(path, request) : first;
    if (answer.status < 500 && answer.status !== UNAUTHORIZED && answer.status !== TOO_MANY) return answer;
    throw incomplete(await complaintIn(answer));
  };
}

async function jobIn(answer: Response): Promise<Fields> {
  try {
    const job = fieldsOf(JSON.parse(await answer.text()));
    if (typeof job['id'] === 'string') return job;
  } catch (cause) {
    throw incomplete('an answer that is no JSON', cause);
  }
  throw incomplete('an answer that is no job');
}

async function idsIn({ body }: Response): Promise<readonly string[]> {
  if (!body) throw incomplete('an answer without content');
  const ids: string[] = [];
  try {
    await pipeline(Readable.fromWeb(body), parse({ columns: true }), async (rows: AsyncIterable<Fields>) => {
      for await (const row of rows) ids.push(String(row['Id']));
    });
    return ids;
  } catch (cause) {
    throw incomplete(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

async function gone(answer: Response): Promise<Lost> {
  return lost(`Salesforce no longer has the list (${await complaintIn(answer)}); it keeps one for 7 days. Start a new import: orders that were taken on are known and passed over`);
}

async function complaintIn(answer: Response): Promise<string> {
  const words = complaintOf(await answer.text().catch(() => ''));
  return `status ${answer.status}${words === '' ? '' : `, ${words}`}`;
}

/** Empty for what is no JSON, such as a proxy's page. */
function complaintOf(text: string): string {
  try {
    const [first = {}] = listOf(JSON.parse(text));
    return typeof first['errorCode'] === 'string' ? `${first['errorCode']}: ${String(first['message'] ?? 'it does not say why')}` : text.slice(0, LONGEST_COMPLAINT);
  } catch {
    return '';
  }
}

const LONGEST_COMPLAINT = 200;

const lost = (detail: string): Lost => ({ type: 'lost', detail });

function incomplete(why: string, cause?: unknown): MeshError {
  return new MeshError('PARTNER_UNREACHABLE', { cause, advice: `Salesforce gave no list of orders (${why}); it is asked again` });
}
