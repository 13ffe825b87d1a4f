import type { Readable } from 'node:stream';
import type { Express } from 'express';
import { csvOf, formatFrom } from '../bulk/csv.ts';
import { INGEST_OPERATIONS, unprocessedRows, type IngestJob, type IngestJobs } from '../bulk/ingest-jobs.ts';
import type { Job, JobOrder, Jobs } from '../bulk/jobs.ts';
import { bulkQuery, type QueryJob, type QueryJobs } from '../bulk/query-jobs.ts';
import { notFound, ok, problem, refused, type Answer, type Problem } from '../problems.ts';
import { sobjectNamed } from '../records/schema.ts';
import { emptyStore } from '../records/store.ts';
import { salesforceTime } from '../records/values.ts';
import { tabulate } from '../soql/run.ts';
import { authorised, fieldsOf, param, sendProblems, type Call, type Rest } from './reply.ts';

const QUERY = '/services/data/:version/jobs/query';
const INGEST = '/services/data/:version/jobs/ingest';
const ROWS_A_PAGE = 50_000;
const NOTHING = emptyStore();

/** Bulk API 2.0, reading: a job is asked for, looked at until it is complete, and its results fetched page by page. */
export function bulkQueryRoutes(app: Express, { sessions }: Pick<Rest, 'sessions'>, jobs: QueryJobs): void {
  app.post(QUERY, authorised(sessions, (call) => {
    const { operation, query } = fieldsOf(call.request.body);
    const order = orderFrom(call, { operations: ['query', 'queryAll'], operation });
    if (order.type === 'refused') return sendProblems(call.response, [order.problem]);
    const read = bulkQuery(String(query ?? ''));
    // what can't be understood is refused at once, before the job waits for its turn
    const tried = read.type === 'ok' ? tabulate(read.value, NOTHING) : read;
    if (tried.type === 'refused') return sendProblems(call.response, [tried.problem]);
    const job = jobs.create({ ...order.value, object: sobjectNamed(read.type === 'ok' ? read.value.from : '')?.name ?? '' }, 'UploadComplete', { soql: String(query), columns: [], rows: [] });
    jobs.start(job.id);
    call.response.json(aboutQuery(job, false));
  }));
  commonRoutes(app, { base: QUERY, sessions, jobs, about: aboutQuery });
  app.get(`${QUERY}/:id/results`, authorised(sessions, (call) => sendPage(call, jobs.find(param(call.request, 'id')))));
}

/** Bulk API 2.0, writing: a job is opened, filled, closed, looked at until it is complete, and its results fetched. */
export function bulkIngestRoutes(app: Express, { sessions }: Pick<Rest, 'sessions'>, jobs: IngestJobs): void {
  app.post(INGEST, authorised(sessions, (call) => {
    const { operation, object, externalIdFieldName } = fieldsOf(call.request.body);
    const order = orderFrom(call, { operations: INGEST_OPERATIONS, operation });
    if (order.type === 'refused') return sendProblems(call.response, [order.problem]);
    const type = sobjectNamed(String(object));
    if (!type) return sendProblems(call.response, [problem('INVALIDJOB', `InvalidJob : Unable to find object: ${String(object)}`)]);
    if (operation === 'upsert' && typeof externalIdFieldName !== 'string') return sendProblems(call.response, [problem('INVALIDJOB', 'InvalidJob : External ID was blank for upsert')]);
    const work = { externalIdField: String(externalIdFieldName ?? ''), upload: null, columns: [], results: [] };
    call.response.json(aboutIngest(jobs.create({ ...order.value, object: type.name }, 'Open', work)));
  }));
  app.put(`${INGEST}/:id/batches`, authorised(sessions, (call) => {
    const job = jobs.find(param(call.request, 'id'));
    if (!job) return sendProblems(call.response, [notFound]);
    if (job.state !== 'Open') return sendProblems(call.response, [problem('INVALIDJOBSTATE', `InvalidJobState : a job that is ${job.state} takes no data`)]);
    if (job.work.upload !== null) return sendProblems(call.response, [problem('API_ERROR', `Found multiple contents for job: <${job.id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a given Job.`)]);
    jobs.change(job.id, { work: { ...job.work, upload: typeof call.request.body === 'string' ? call.request.body : '' } });
    call.response.status(201).end();
  }));
  commonRoutes(app, { base: INGEST, sessions, jobs, about: aboutIngest });
  const results = (name: string, table: (job: IngestJob) => Readable) => app.get(`${INGEST}/:id/${name}`, authorised(sessions, (call) => {
    const job = jobs.find(param(call.request, 'id'));
    if (job) sendCsv(call, table(job));
    else sendProblems(call.response, [notFound]);
  }));
  results('successfulResults', ({ work: { columns, results: all }, format }) =>
    csvOf([['sf__Id', 'sf__Created', ...columns], ...all.filter(({ error }) => error === '').map(({ id, created, row }) => [id, created, ...row])], format));
  results('failedResults', ({ work: { columns, results: all }, format }) =>
    csvOf([['sf__Id', 'sf__Error', ...columns], ...all.filter(({ error }) => error !== '').map(({ id, error, row }) => [id, error, ...row])], format));
  results('unprocessedrecords', (job) => csvOf(unprocessedRows(job), job.format));
}

interface Common<Work> {
  readonly base: string;
  readonly sessions: Rest['sessions'];
  readonly jobs: Jobs<Work>;
  readonly about: (job: Job<Work>, inFull: boolean) => object;
}

function commonRoutes<Work>(app: Express, { base, sessions, jobs, about }: Common<Work>): void {
  const id = ({ request }: Call) => param(request, 'id');
  const send = ({ response }: Call, found: Answer<Job<Work>>) => {
    if (found.type === 'ok') response.json(about(found.value, true));
    else sendProblems(response, [found.problem]);
  };
  app.get(base, authorised(sessions, (call) => void call.response.json({ done: true, records: jobs.all().map((job) => about(job, false)), nextRecordsUrl: null })));
  app.get(`${base}/:id`, authorised(sessions, (call) => {
    const job = jobs.find(id(call));
    send(call, job ? ok(job) : refused(notFound));
  }));
  app.patch(`${base}/:id`, authorised(sessions, (call) => {
    const { state } = fieldsOf(call.request.body);
    const job = jobs.find(id(call));
    if (state === 'Aborted') return send(call, jobs.abort(id(call)));
    if (!job) return send(call, refused(notFound));
    if (state !== 'UploadComplete' || job.state !== 'Open') return send(call, refused(problem('INVALIDJOBSTATE', `InvalidJobState : a job that is ${job.state} can't become ${String(state)}`)));
    jobs.change(job.id, { state: 'UploadComplete' });
    jobs.start(job.id);
    send(call, ok(jobs.find(job.id) ?? job));
  }));
  app.delete(`${base}/:id`, authorised(sessions, (call) => {
    const removed = jobs.remove(id(call));
    if (removed.type === 'ok') call.response.status(204).end();
    else sendProblems(call.response, [removed.problem]);
  }));
}

function orderFrom({ request, session, version }: Call, { operations, operation }: { readonly operations: readonly string[]; readonly operation: unknown }): Answer<Omit<JobOrder, 'object'>> {
  if (operation === 'hardDelete') return refused(problem('FEATURENOTENABLED', 'FeatureNotEnabled : hardDelete operation requires special user profile permission, please contact your system administrator'));
  if (!operations.includes(String(operation))) return refused(problem('INVALIDJOB', `InvalidJob : Unsupported operation: ${String(operation)}; it must be one of ${operations.join(', ')}`));
  const format = formatFrom(fieldsOf(request.body));
  if ('errorCode' in format) return refused(format);
  return ok({ operation: String(operation), format, createdById: session.userId, clientId: session.clientId, apiVersion: version.replace('v', '') });
}

function about({ id, operation, object, createdById, createdAt, changedAt, state, format, apiVersion, errorMessage }: Job<unknown>): object {
  return {
    id, operation, object, createdById, createdDate: salesforceTime(createdAt), systemModstamp: salesforceTime(changedAt), state, concurrencyMode: 'Parallel', contentType: 'CSV',
    apiVersion: Number(apiVersion), ...format, ...(errorMessage === null ? {} : { errorMessage }),
  };
}

function aboutQuery(job: QueryJob, inFull: boolean): object {
  return { ...about(job), jobType: 'V2Query', ...(inFull ? { numberRecordsProcessed: job.work.rows.length, retries: 0, totalProcessingTime: job.changedAt - job.createdAt } : {}) };
}

function aboutIngest(job: IngestJob): object {
  const { id, apiVersion, work: { externalIdField, results } } = job;
  return {
    ...about(job), jobType: 'V2Ingest', contentUrl: `services/data/v${apiVersion}/jobs/ingest/${id}/batches`, ...(externalIdField === '' ? {} : { externalIdFieldName: externalIdField }),
    numberRecordsProcessed: results.length, numberRecordsFailed: results.filter(({ error }) => error !== '').length, retries: 0, totalProcessingTime: job.changedAt - job.createdAt,
  };
}

// A locator is opaque to whoever gets one; "null" says that there is no more
function sendPage(call: Call, job: QueryJob | undefined): void {
  const page = job ? pageOf(job, call.request.query) : notFound;
  if (!job || 'errorCode' in page) return sendProblems(call.response, ['errorCode' in page ? page : notFound]);
  const rows = job.work.rows.slice(page.from, page.to);
  const next = page.to < job.work.rows.length ? Buffer.from(`${job.id} ${page.to}`).toString('base64url') : 'null';
  call.response.set({ 'Sforce-Locator': next, 'Sforce-NumberOfRecords': String(rows.length) });
  sendCsv(call, csvOf([job.work.columns, ...rows], job.format));
}

function pageOf({ id, state, work }: QueryJob, { locator, maxRecords }: Readonly<Record<string, unknown>>): { readonly from: number; readonly to: number } | Problem {
  if (state !== 'JobComplete') return problem('INVALIDJOBSTATE', `InvalidJobState : the results of a job that is ${state} can't be read`);
  const [owner, place = ''] = locator === undefined ? [id, '0'] : Buffer.from(String(locator), 'base64url').toString('utf8').split(' ');
  if (owner !== id || !/^\d+$/.test(place) || Number(place) > work.rows.length) return problem('INVALID_QUERY_LOCATOR', `invalid query locator: ${String(locator)}`);
  if (maxRecords !== undefined && !/^[1-9]\d*$/.test(String(maxRecords))) return problem('API_ERROR', `maxRecords must be a whole number above zero: ${String(maxRecords)}`);
  return { from: Number(place), to: Number(place) + Number(maxRecords ?? ROWS_A_PAGE) };
}

function sendCsv({ response }: Call, csv: Readable): void {
  csv.on('error', () => response.destroy());
  csv.pipe(response.type('text/csv; charset=utf-8'));
}
