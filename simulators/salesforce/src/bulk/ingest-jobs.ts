import type { Organisation } from '../organisation.ts';
import type { Answer, Problem } from '../problems.ts';
import { fieldOf, sobjectNamed, type FieldDefinition, type SobjectDefinition } from '../records/schema.ts';
import type { Plan, SaveRequest, Written } from '../records/transaction.ts';
import { rowsOf } from './csv.ts';
import { Jobs, type Job, type JobsOptions } from './jobs.ts';

/** An upload, and row by row what has come of it. */
export interface IngestWork {
  readonly externalIdField: string;
  /** Null before anything was uploaded. */
  readonly upload: string | null;
  readonly columns: readonly string[];
  readonly results: readonly RowResult[];
}

export interface RowResult {
  readonly row: readonly string[];
  readonly id: string;
  readonly created: boolean;
  /** '' where it went well. */
  readonly error: string;
}

export type IngestJob = Job<IngestWork>;
export type IngestJobs = Jobs<IngestWork>;

export const INGEST_OPERATIONS = ['insert', 'update', 'upsert', 'delete'] as const;

const ROWS_AT_ONCE = 200;

/** Opens the ingest jobs; rows are saved 200 at a time on the records that REST shows, and told to subscribers alike. */
export function openIngestJobs(organisation: Organisation, options: Omit<JobsOptions<IngestWork>, 'name' | 'firstId' | 'carryOut' | 'repeatable'>): IngestJobs {
  return new Jobs<IngestWork>({ ...options, name: 'bulk-ingest', firstId: 1_000_001, repeatable: false, carryOut: (job, note) => ingest(organisation, job, note) });
}

/** What a job that failed or was aborted has not come to, below its first line. */
export async function* unprocessedRows({ state, format, work: { upload, results } }: IngestJob): AsyncGenerator<readonly string[]> {
  if (state !== 'Failed' && state !== 'Aborted') return;
  let place = -1;
  try {
    for await (const row of rowsOf(upload ?? '', format)) {
      if (place < 0 || place >= results.length) yield row;
      place += 1;
    }
  } catch {
    // the job's error message tells where its text ends to be CSV
  }
}

async function ingest(organisation: Organisation, job: IngestJob, note: (work: IngestWork) => void): Promise<IngestWork> {
  const type = sobjectNamed(job.object);
  if (!type) throw new Error(`InvalidBatch : Object not found: ${job.object}`);
  const writer = { userId: job.createdById, origin: `com/salesforce/api/bulkapi/${job.apiVersion};client=${job.clientId}` };
  const results: RowResult[] = [];
  let columns: readonly string[] = [];
  const save = (rows: readonly (readonly string[])[]) => {
    const requests = rows.map((row) => requestFor(job, type, writtenIn(type, columns, row)));
    results.push(...organisation.save(requests, writer).map((plan, place) => resultOf(plan, rows[place] ?? [], requests[place])));
  };
  try {
    for await (const rows of inParts(rowsOf(job.work.upload ?? '', job.format))) {
      const isFirst = columns.length === 0;
      if (isFirst) columns = knownColumns(type, rows[0] ?? []);
      save(isFirst ? rows.slice(1) : rows);
    }
  } catch (error) {
    note({ ...job.work, columns, results });
    throw error;
  }
  return { ...job.work, upload: null, columns, results };
}

async function* inParts(rows: AsyncIterable<readonly string[]>): AsyncGenerator<readonly (readonly string[])[]> {
  let part: (readonly string[])[] = [];
  for await (const row of rows) {
    part.push(row);
    if (part.length < ROWS_AT_ONCE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

function knownColumns(type: SobjectDefinition, columns: readonly string[]): readonly string[] {
  const unknown = columns.find((column) => !fieldOf(type, column) && !referenceIn(type, column));
  if (unknown !== undefined) throw new Error(`InvalidBatch : Field name not found : ${unknown}`);
  return columns;
}

// Account.AccountNumber names an account by its external id
function referenceIn(type: SobjectDefinition, column: string): { readonly relationship: string; readonly key: string } | undefined {
  const [relationship = '', key = ''] = column.split('.');
  const field = type.fields.find(({ refersTo }) => refersTo?.relationship === relationship);
  return field && key !== '' ? { relationship, key } : undefined;
}

const EMPTIED = '#N/A';

function writtenIn(type: SobjectDefinition, columns: readonly string[], row: readonly string[]): Written {
  const written: Record<string, unknown> = {};
  for (const [place, column] of columns.entries()) {
    const text = row[place] ?? '';
    // an empty cell leaves the field alone
    if (text === '') continue;
    const reference = referenceIn(type, column);
    if (reference) written[reference.relationship] = { [reference.key]: text };
    else written[column] = text === EMPTIED ? null : typed(fieldOf(type, column), text);
  }
  return written;
}

function typed(field: FieldDefinition | undefined, text: string): unknown {
  if (field?.kind === 'double') return Number.isNaN(Number(text)) ? text : Number(text);
  return field?.kind === 'boolean' ? text.toLowerCase() === 'true' || text === '1' : text;
}

function requestFor({ operation, work: { externalIdField } }: IngestJob, { name: type }: SobjectDefinition, written: Written): SaveRequest {
  const id = String(written['Id'] ?? '');
  if (operation === 'delete') return { kind: 'delete', type, id };
  if (operation === 'update') return { kind: 'update', type, id, fields: written };
  return operation === 'upsert' ? { kind: 'upsert', type, by: externalIdField, value: String(written[externalIdField] ?? ''), fields: written } : { kind: 'create', type, fields: written };
}

function resultOf(plan: Answer<Plan>, row: readonly string[], request: SaveRequest | undefined): RowResult {
  if (plan.type === 'ok') return { row, id: plan.value.id, created: plan.value.created, error: '' };
  return { row, id: request && 'id' in request ? request.id : '', created: false, error: errorOf(plan.problem) };
}

function errorOf({ errorCode, message, fields }: Problem): string {
  return `${errorCode}:${message}:${fields.join(',')} --`;
}
