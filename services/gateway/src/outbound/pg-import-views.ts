import { query, type Database } from '@order-mesh/platform';
import { importItemOf, type ImportView } from '../domain/import-view.ts';
import type { ImportReader, ImportViews } from '../usecases/ports.ts';
import { toJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

// no money in it
const viewFrom = ({ state }: StateRow): ImportView => JSON.parse(state);

/** The views of imports in PostgreSQL, schema `gateway`. */
export const pgImportViews: ImportViews = {
  async newest(tx) {
    const [row] = await query<StateRow>(tx, { name: 'gateway.newest-import', text: 'select state::text from gateway.import order by started_at desc, import_id desc limit 1' });
    return row ? viewFrom(row) : null;
  },
  async load(tx, importIds) {
    const rows = await query<StateRow>(tx, { name: 'gateway.load-imports', text: 'select state::text from gateway.import where import_id = any($1::text[])', values: [importIds] });
    return rows.map(viewFrom);
  },
  async save(tx, views) {
    const sorted = [...views].sort((one, other) => (one.importId < other.importId ? -1 : 1));
    await query(tx, {
      name: 'gateway.save-imports',
      text: `insert into gateway.import (import_id, revision, started_at, state) select * from unnest($1::text[], $2::int[], $3::timestamptz[], $4::jsonb[])
        on conflict (import_id) do update set revision = excluded.revision, state = excluded.state where import.revision < excluded.revision`,
      values: [sorted.map(({ importId }) => importId), sorted.map(({ revision }) => revision), sorted.map(({ startedAt }) => startedAt), sorted.map(toJson)],
    });
  },
};

/** Reads the views of imports outside of any batch. */
export function pgImportReader(database: Pick<Database, 'query'>): ImportReader {
  return {
    async imports({ after, limit }) {
      const rows = await database.query<StateRow>({
        name: 'gateway.list-imports',
        text: `select state::text from gateway.import where $1::timestamptz is null or (started_at, import_id) < ($1, $2) order by started_at desc, import_id desc limit $3`,
        values: [after ? new Date(after.at) : null, after?.id ?? '', limit],
      });
      return rows.map((row) => importItemOf(viewFrom(row)));
    },
    async import(importId) {
      const [row] = await database.query<StateRow>({ name: 'gateway.read-import', text: 'select state::text from gateway.import where import_id = $1', values: [importId] });
      return row ? importItemOf(viewFrom(row)) : null;
    },
  };
}
