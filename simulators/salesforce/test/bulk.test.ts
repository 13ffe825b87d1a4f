import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'jsforce';
import { loadSample } from '@order-mesh/simulator';
import { MESH_APP, type Salesforce } from '../src/index.ts';
import { openWorld, placeOrder, sampleOrder, signIn } from './world.ts';

const POLL = { pollInterval: 20, pollTimeout: 20_000 };
const customers = loadSample().customers.map(({ id }) => id);
const [sku = ''] = loadSample().products.map((product) => product.sku);

const ask = ({ url }: Salesforce, { accessToken }: Connection, path: string, { headers, ...request }: RequestInit = {}) =>
  fetch(`${url}/services/data/v62.0/jobs/${path}`, { ...request, headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', ...headers } });

interface Told {
  readonly id: string;
  readonly state: string;
  readonly records: readonly { readonly id: string }[];
}

const told = async (answer: Promise<Response>): Promise<Told> => JSON.parse(await (await answer).text());

async function complete(look: () => Promise<Told>): Promise<Told> {
  for (;;) {
    const job = await look();
    if (!['UploadComplete', 'InProgress'].includes(job.state)) return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the Bulk API 2.0 as jsforce meets it', () => {
  let world: Salesforce;
  let sales: Connection;
  let mesh: Connection;

  beforeAll(async () => {
    world = await openWorld({ bulkPaceMs: 20 });
    [sales, mesh] = [await signIn(world), await signIn(world, MESH_APP)];
  });
  afterAll(() => world.close());
  afterEach(() => world.faults.clear());

  const bulk = (operation: 'insert' | 'update' | 'upsert' | 'delete', object: string, input: readonly object[] | string, more: object = {}) =>
    sales.bulk2.loadAndWaitForResults({ object, operation, input: typeof input === 'string' ? input : input.map((record) => ({ ...record })), ...POLL, ...more });
  const query = async (soql: string) => (await mesh.bulk2.query(soql, POLL)).toArray();
  const call = (path: string, request: RequestInit = {}) => ask(world, mesh, path, request);
  const post = (path: string, fields: object) => told(call(path, { method: 'POST', body: JSON.stringify(fields) }));
  const completed = (path: string) => complete(() => told(call(path)));

  it('keeps a job and its results for seven days of its clock', async () => {
    const [later, moves] = [await openWorld({ bulkPaceMs: 20 }), [6, 1]];
    const { id } = await told(ask(later, await signIn(later), 'query', { method: 'POST', body: JSON.stringify({ operation: 'query', query: 'SELECT Id FROM Account' }) }));
    const seen: number[] = [];
    for (const days of moves) {
      await fetch(`${later.url}/_sim/clock`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ advanceMs: days * 86_400_000 }) });
      seen.push((await ask(later, await signIn(later), `query/${id}`)).status);
    }
    expect(seen).toEqual([200, 404]);
    await later.close();
  });

  it('loads orders with their lines, and activates them', async () => {
    const orders = Array.from({ length: 450 }, (_, place) => ({ 'Account.AccountNumber': customers[place % customers.length], Status: 'Draft', External_Ref__c: `B-${place}`, PoNumber: 'a "quoted", one' }));
    const { successfulResults } = await bulk('insert', 'Order', orders);
    expect([successfulResults.length, successfulResults[0]]).toEqual([450, { sf__Id: expect.stringMatching(/^801\w{15}$/), sf__Created: 'true', ...orders[0] }]);
    const ids = successfulResults.map((row) => row['sf__Id'] ?? '');
    const lines = await bulk('insert', 'OrderItem', ids.map((OrderId) => ({ OrderId, 'Product2.ProductCode': sku, Quantity: 2, UnitPrice: 1.25 })));
    expect([lines.successfulResults.length, lines.failedResults, lines.unprocessedRecords]).toEqual([450, [], []]);
    await bulk('update', 'Order', ids.map((Id) => ({ Id, Status: 'Activated' })));
    const { records } = await mesh.query("SELECT Status, TotalAmount, PoNumber FROM Order WHERE External_Ref__c = 'B-449'");
    expect(records).toMatchObject([{ Status: 'Activated', TotalAmount: 2.5, PoNumber: 'a "quoted", one' }]);
  });

  it('reads them back through as many pages as it takes', async () => {
    const rows = await query("SELECT Id, External_Ref__c, Account.AccountNumber, Description, Status FROM Order WHERE External_Ref__c LIKE 'B-%' ORDER BY External_Ref__c");
    expect([rows.length, Object.keys(rows[0] ?? {}), rows[1]?.['External_Ref__c'], rows[0]?.['Description']])
      .toEqual([450, ['Id', 'External_Ref__c', 'Account.AccountNumber', 'Description', 'Status'], 'B-1', '']);
    const job = await post('query', { operation: 'query', query: 'SELECT Id FROM Order', lineEnding: 'CRLF', columnDelimiter: 'PIPE' });
    expect(job).toMatchObject({ id: expect.stringMatching(/^750\w{15}$/), state: 'UploadComplete', object: 'Order', operation: 'query', contentType: 'CSV', apiVersion: 62, lineEnding: 'CRLF' });
    expect(await completed(`query/${job.id}`)).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 450 });
    const pages: string[] = [];
    for (let locator: string | null = ''; locator !== 'null';) {
      const page = await call(`query/${job.id}/results?maxRecords=200${locator ? `&locator=${locator}` : ''}`);
      locator = page.headers.get('sforce-locator');
      pages.push(`${page.headers.get('sforce-numberofrecords')} ${(await page.text()).split('\r\n').length}`);
    }
    expect(pages).toEqual(['200 202', '200 202', '50 52']);
  });

  it('keeps what a query found, whatever changes afterwards, also through a restart', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'salesforce-bulk-'));
    const before = await openWorld({ stateDir, bulkPaceMs: 20 });
    const connection = await signIn(before);
    const id = await placeOrder(connection, sampleOrder(0));
    const { id: jobId } = await told(ask(before, connection, 'query', { method: 'POST', body: JSON.stringify({ operation: 'query', query: 'SELECT Id, Status FROM Order' }) }));
    await complete(() => told(ask(before, connection, `query/${jobId}`)));
    await connection.sobject('Order').update({ Id: id, Status: 'Cancelled' });
    await before.close();
    const after = await openWorld({ stateDir });
    expect(await (await ask(after, await signIn(after), `query/${jobId}/results`)).text()).toBe(`"Id","Status"\n"${id}","Activated"\n`);
    await after.close();
    rmSync(stateDir, { recursive: true });
  });

  it('says row by row what went wrong, and in what words', async () => {
    const { successfulResults, failedResults } = await bulk('insert', 'Product2', [{ Name: 'Fine', ProductCode: 'BX1' }, { Name: '', ProductCode: 'BX2' }, { Name: 'Twice', ProductCode: 'BX1' }]);
    expect(successfulResults).toHaveLength(1);
    expect(failedResults.map(({ sf__Error }) => sf__Error)).toEqual(['REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --', expect.stringMatching(/^DUPLICATE_VALUE:/)]);
    const wrong = bulk('insert', 'Product2', [{ Name: 'Fine', Nonsense__c: 'x' }]);
    await expect(wrong).rejects.toThrow('InvalidBatch : Field name not found : Nonsense__c');
  });

  it('upserts by external id, empties with #N/A, deletes', async () => {
    const upsert = (records: readonly object[]) => bulk('upsert', 'Product2', records, { externalIdFieldName: 'ProductCode' });
    const first = await upsert([{ ProductCode: 'UP1', Name: 'One', Description: 'x', IsActive: true }]);
    const again = await upsert([{ ProductCode: 'UP1', Name: 'Uno', Description: null }, { ProductCode: 'UP2', Name: 'Two', Description: 'y' }]);
    expect([first, again].map(({ successfulResults }) => successfulResults.map(({ sf__Created }) => sf__Created))).toEqual([['true'], ['false', 'true']]);
    const { records } = await mesh.query("SELECT Id, Name, Description, IsActive FROM Product2 WHERE ProductCode = 'UP1'");
    expect(records).toMatchObject([{ Name: 'Uno', Description: null, IsActive: true }]);
    const gone = await bulk('delete', 'Product2', [{ Id: records[0]?.Id }, { Id: '01tMS000000zzzzAAA' }]);
    expect([gone.successfulResults.length, gone.failedResults[0]?.['sf__Error']]).toEqual([1, expect.stringMatching(/^NOT_FOUND:/)]);
  });

  it.each([
    ['a query it does not understand', 'query', { operation: 'query', query: 'SELECT Nonsense__c FROM Order' }, 'INVALID_FIELD'],
    ['lines inside orders', 'query', { operation: 'query', query: 'SELECT Id, (SELECT Id FROM OrderItems) FROM Order' }, 'API_ERROR'],
    ['another operation', 'query', { operation: 'guess', query: 'SELECT Id FROM Order' }, 'INVALIDJOB'],
    ['another format', 'ingest', { operation: 'insert', object: 'Order', contentType: 'XML' }, 'INVALIDJOB'],
    ['an unknown object', 'ingest', { operation: 'insert', object: 'Nonsense' }, 'INVALIDJOB'],
    ['an upsert by nothing', 'ingest', { operation: 'upsert', object: 'Order' }, 'INVALIDJOB'],
  ])('refuses %s', async (_, path, fields, errorCode) => {
    expect(await post(path, fields)).toMatchObject([{ errorCode }]);
  });

  it('lets a job be aborted and deleted, and nothing be read from it before or after', async () => {
    world.faults.add([{ match: 'bulk-query query Order', delayMs: 300, count: 1 }]);
    const { id } = await post('query', { operation: 'query', query: 'SELECT Id FROM Order' });
    const early = await call(`query/${id}/results`);
    expect([early.status, await early.json()]).toMatchObject([400, [{ errorCode: 'INVALIDJOBSTATE' }]]);
    expect((await call(`query/${id}`, { method: 'DELETE' })).status).toBe(400);
    expect(await told(call(`query/${id}`, { method: 'PATCH', body: '{"state":"Aborted"}' }))).toMatchObject({ state: 'Aborted' });
    expect((await told(call('query'))).records.map((job) => job.id)).toContain(id);
    expect((await call(`query/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect([(await call(`query/${id}`)).status, (await call('query/7500000000000zzAAA/results')).status]).toEqual([404, 404]);
  });

  it('takes an upload once, before the job is closed, and gives back what it never came to', async () => {
    const { id } = await post('ingest', { operation: 'insert', object: 'Product2' });
    const put = (body: string) => call(`ingest/${id}/batches`, { method: 'PUT', body, headers: { 'content-type': 'text/csv' } });
    expect([(await put('Name\nA\nB\n')).status, (await put('Name\nA\n')).status]).toEqual([201, 400]);
    await call(`ingest/${id}`, { method: 'PATCH', body: '{"state":"Aborted"}' });
    expect(await (await call(`ingest/${id}/unprocessedrecords`)).text()).toContain('"A"');
    expect((await call(`ingest/${id}`, { method: 'PATCH', body: '{"state":"UploadComplete"}' })).status).toBe(400);
  });

  it('refuses a locator it never gave out, and fails on request', async () => {
    const { id } = await post('query', { operation: 'query', query: 'SELECT Id FROM Account LIMIT 3' });
    await completed(`query/${id}`);
    for (const wrong of ['locator=nonsense', `locator=${Buffer.from(`${id} 99`).toString('base64url')}`, 'maxRecords=0']) expect((await call(`query/${id}/results?${wrong}`)).status).toBe(400);
    world.faults.add([{ match: 'bulk-query', status: 500, count: 1 }]);
    await expect(query('SELECT Id FROM Account')).rejects.toThrow('Query job failed to complete');
    world.faults.add([{ match: 'GET /services/data/v62.0/jobs/query', dropBeforeCommit: true, count: 1 }]);
    await expect(call(`query/${id}/results`)).rejects.toThrow('fetch failed');
    expect((await (await call(`query/${id}/results`)).text()).trim().split('\n')).toHaveLength(4);
  });

  it('answers nobody whose session is over', async () => {
    const { id } = await post('query', { operation: 'query', query: 'SELECT Id FROM Account LIMIT 1' });
    await fetch(`${world.url}/_sim/sessions`, { method: 'DELETE' });
    const answer = await call(`query/${id}`);
    expect([answer.status, await answer.json()]).toMatchObject([401, [{ errorCode: 'INVALID_SESSION_ID' }]]);
    expect(await query('SELECT Id FROM Account LIMIT 1')).toHaveLength(1);
  });
});
