import { until } from '../harness/meter.ts';
import { sampleCustomers, sampleProducts } from './simulators.ts';

/** The sales desk of the simulated Salesforce, as its administrator uses it: in bulk. */
export interface SalesDesk {
  /** Brings so many activated orders in, some lines each; gives their ids and how many lines they have. */
  load(orders: number): Promise<{ readonly ids: readonly string[]; readonly lines: number }>;
  /** The lines of these orders by one query, and all that belongs to it. */
  linesBySoql(ids: readonly string[]): Promise<Transfer>;
  /** All lines by one query job, sorted by order. */
  linesByJob(): Promise<Transfer>;
}

export interface Transfer {
  readonly calls: number;
  readonly bytes: number;
}

const LINES_OF_ORDER = [1, 2, 3, 4];
const ROWS_A_JOB = 100_000;
const JOB_WITHIN_MS = 300_000;
const LINE_FIELDS = 'Quantity, UnitPrice, Product2.ProductCode, Product2.Name, Product2.QuantityUnitOfMeasure';

/** Signs in. The session is good for two hours. */
export async function openSalesDesk(url: string): Promise<SalesDesk> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'sales-desk', client_secret: 'sales-desk-secret' });
  const { access_token: token } = await parsed<{ readonly access_token: string }>(await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form }));
  const call = async (path: string, { headers, ...request }: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(`${url}/services/data/v62.0/${path}`, { ...request, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers } });
    if (!answer.ok) throw new Error(`Salesforce answered ${answer.status} to ${path}: ${await answer.text()}`);
    return answer;
  };
  return {
    load: (orders) => loadOrders(call, orders),
    async linesBySoql(ids) {
      const soql = `SELECT Id, (SELECT ${LINE_FIELDS} FROM OrderItems ORDER BY OrderItemNumber) FROM Order WHERE Id IN (${ids.map((id) => `'${id}'`).join(',')})`;
      return { calls: 1, bytes: (await (await call(`query?q=${encodeURIComponent(soql)}`)).arrayBuffer()).byteLength };
    },
    linesByJob: () => readLines(call),
  };
}

type Call = (path: string, request?: RequestInit) => Promise<Response>;

async function loadOrders(call: Call, orders: number): Promise<{ readonly ids: readonly string[]; readonly lines: number }> {
  const customers = sampleCustomers().map(({ id }) => id);
  const products = sampleProducts();
  const heads = range(orders).map((index) => `${customers[index % customers.length]},Draft,2026-03-01`);
  const ids = await ingest(call, { object: 'Order', operation: 'insert' }, ['Account.AccountNumber,Status,EffectiveDate', heads]);
  const lines = ids.flatMap((id, index) => range(LINES_OF_ORDER[index % LINES_OF_ORDER.length] ?? 1).map((line) => {
    const product = products[(index * 7 + line) % products.length];
    return `${id},${product?.sku},${1 + (index % 9)},${(product?.unitPriceFen ?? 0) / 100}`;
  }));
  await ingest(call, { object: 'OrderItem', operation: 'insert' }, ['OrderId,Product2.ProductCode,Quantity,UnitPrice', lines]);
  await ingest(call, { object: 'Order', operation: 'update' }, ['Id,Status', ids.map((id) => `${id},Activated`)]);
  return { ids, lines: lines.length };
}

interface JobShown {
  readonly id: string;
  readonly state: string;
}

async function ingest(call: Call, job: { readonly object: string; readonly operation: string }, [head, rows]: readonly [string, readonly string[]]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let from = 0; from < rows.length; from += ROWS_A_JOB) {
    const { id } = await parsed<JobShown>(await call('jobs/ingest', { method: 'POST', body: JSON.stringify({ ...job, contentType: 'CSV', lineEnding: 'LF' }) }));
    const path = `jobs/ingest/${id}`;
    await call(`${path}/batches`, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: `${head}\n${rows.slice(from, from + ROWS_A_JOB).join('\n')}\n` });
    await call(path, { method: 'PATCH', body: JSON.stringify({ state: 'UploadComplete' }) });
    await completed(call, path);
    const results = (await (await call(`${path}/successfulResults`)).text()).split('\n').slice(1, -1);
    if (results.length !== Math.min(ROWS_A_JOB, rows.length - from)) throw new Error(`only ${results.length} rows of ${job.object} were taken: ${(await (await call(`${path}/failedResults`)).text()).slice(0, 300)}`);
    ids.push(...results.map((line) => line.slice(1, line.indexOf('"', 1))));
    await call(path, { method: 'DELETE' });
  }
  return ids;
}

async function readLines(call: Call): Promise<Transfer> {
  const { id } = await parsed<JobShown>(await call('jobs/query', { method: 'POST', body: JSON.stringify({ operation: 'query', query: `SELECT OrderId, ${LINE_FIELDS} FROM OrderItem ORDER BY OrderId, OrderItemNumber` }) }));
  await completed(call, `jobs/query/${id}`);
  let bytes = 0;
  let calls = 2;
  for (let locator: string | null = null; locator !== 'null'; calls += 1) {
    const page = await call(`jobs/query/${id}/results?maxRecords=10000${locator === null ? '' : `&locator=${locator}`}`);
    bytes += (await page.arrayBuffer()).byteLength;
    locator = page.headers.get('sforce-locator');
  }
  await call(`jobs/query/${id}`, { method: 'DELETE' });
  return { calls, bytes };
}

async function completed(call: Call, path: string): Promise<void> {
  await until(path, JOB_WITHIN_MS, async () => {
    const { state } = await parsed<JobShown>(await call(path));
    if (state === 'Failed' || state === 'Aborted') throw new Error(`${path} is ${state}`);
    return state === 'JobComplete' || undefined;
  });
}

const parsed = async <Shown>(answer: Response): Promise<Shown> => JSON.parse(await answer.text());
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
