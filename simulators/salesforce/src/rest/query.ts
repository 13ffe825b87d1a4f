import type { Express } from 'express';
import { problem } from '../problems.ts';
import { parseQuery } from '../soql/parse.ts';
import { ChildRows, runQuery, type Row } from '../soql/run.ts';
import { authorised, param, sendProblems, type Call, type Rest } from './reply.ts';

const MOST_CURSORS = 200;

/** Queries, and the pages after the first. A page has 2,000 rows unless the caller asks for fewer (at least 200). */
export function queryRoutes(app: Express, { organisation, sessions }: Rest): void {
  const cursors = new Map<string, readonly Row[]>();
  let opened = 0;

  const keep = (rows: readonly Row[]): string => {
    opened += 1;
    const [oldest] = cursors.size >= MOST_CURSORS ? cursors.keys() : [];
    if (oldest !== undefined) cursors.delete(oldest);
    const id = `01gMS${String(opened).padStart(10, '0')}`;
    cursors.set(id, rows);
    return id;
  };
  const page = (rows: readonly Row[], { from, cursor, call, size }: { readonly from: number; readonly cursor?: string; readonly call: Call; readonly size: number }): object => {
    const records = rows.slice(from, from + size).map((row) => withChildren(row, call, size));
    const done = from + size >= rows.length;
    const next = done ? {} : { nextRecordsUrl: `/services/data/${call.version}/query/${cursor ?? keep(rows)}-${from + size}` };
    return { totalSize: rows.length, done, ...next, records };
  };
  const withChildren = (row: Row, call: Call, size: number): Row =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value instanceof ChildRows ? page(value.rows, { from: 0, call, size }) : value]));

  app.get('/services/data/:version/query', authorised(sessions, (call) => {
    const query = parseQuery(String(call.request.query['q'] ?? ''));
    if (query.type === 'refused') return sendProblems(call.response, [query.problem]);
    const found = runQuery(query.value, organisation.store, call.version);
    if (found.type === 'refused') return sendProblems(call.response, [found.problem]);
    if (query.value.countOnly) return void call.response.json({ totalSize: found.value.count, done: true, records: [] });
    call.response.json(page(found.value.rows, { from: 0, call, size: pageSize(call) }));
  }));
  app.get('/services/data/:version/query/:locator', authorised(sessions, (call) => {
    const [cursor = '', from = ''] = param(call.request, 'locator').split('-');
    const rows = cursors.get(cursor);
    if (!rows || !/^\d+$/.test(from)) return sendProblems(call.response, [problem('INVALID_QUERY_LOCATOR', 'invalid query locator')]);
    call.response.json(page(rows, { from: Number(from), cursor, call, size: pageSize(call) }));
  }));
}

function pageSize({ request }: Call): number {
  const [, asked] = /batchSize=(\d+)/i.exec(request.get('sforce-query-options') ?? '') ?? [];
  return asked === undefined ? 2_000 : Math.min(2_000, Math.max(200, Number(asked)));
}
