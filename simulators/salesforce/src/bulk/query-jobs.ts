import { ok, problem, refused, type Answer } from '../problems.ts';
import type { Store, Value } from '../records/store.ts';
import { parseQuery, type Query } from '../soql/parse.ts';
import { tabulate } from '../soql/run.ts';
import { Jobs, type Job, type JobsOptions } from './jobs.ts';

/** A query, and once it is carried out the rows it found at that moment. */
export interface QueryWork {
  readonly soql: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export type QueryJob = Job<QueryWork>;
export type QueryJobs = Jobs<QueryWork>;

/** Opens the query jobs; their results are those of the moment they were carried out, whatever changes later. */
export function openQueryJobs(store: Store, options: Omit<JobsOptions<QueryWork>, 'name' | 'firstId' | 'carryOut' | 'repeatable'>): QueryJobs {
  return new Jobs<QueryWork>({
    ...options, name: 'bulk-query', firstId: 1, repeatable: true,
    async carryOut({ work: { soql } }) {
      const query = bulkQuery(soql);
      const found = query.type === 'ok' ? tabulate(query.value, store) : query;
      if (found.type === 'refused') throw new Error(`InvalidBatch : Failed to process query: ${found.problem.errorCode}: ${found.problem.message}`);
      return { soql, ...found.value };
    },
  });
}

/** Reads a query and refuses what the Bulk API can't carry out. */
export function bulkQuery(soql: string): Answer<Query> {
  const query = parseQuery(soql);
  if (query.type === 'refused') return query;
  if (query.value.children.length > 0) return refused(problem('API_ERROR', 'Aggregate Relationships not supported in Bulk V2 Query with CSV content type'));
  if (query.value.countOnly) return refused(problem('API_ERROR', 'Aggregate functions not supported in Bulk V2 Query'));
  if (query.value.offset > 0) return refused(problem('API_ERROR', 'OFFSET not supported in Bulk V2 Query'));
  return ok(query.value);
}
