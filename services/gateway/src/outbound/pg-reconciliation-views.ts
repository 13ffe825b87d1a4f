import { query, type Database } from '@order-mesh/platform';
import type { DifferenceItem, RunItem } from '../domain/reconciliation-view.ts';
import type { ReconciliationReader, ReconciliationViews } from '../usecases/ports.ts';
import { column, toJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

// amounts are text in them
const runFrom = ({ state }: StateRow): RunItem => JSON.parse(state);
const differenceFrom = ({ state }: StateRow): DifferenceItem => JSON.parse(state);

/** The views of reconciliations in PostgreSQL, schema `gateway`. */
export const pgReconciliationViews: ReconciliationViews = {
  async loadRuns(tx, runIds) {
    const rows = await query<StateRow>(tx, { name: 'gateway.load-runs', text: 'select state::text from gateway.reconciliation_run where run_id = any($1::text[]) for update', values: [runIds] });
    return rows.map(runFrom);
  },
  async saveRuns(tx, runs) {
    await query(tx, {
      name: 'gateway.save-runs',
      text: `insert into gateway.reconciliation_run (run_id, is_finished, at, state) select * from unnest($1::text[], $2::boolean[], $3::timestamptz[], $4::jsonb[])
        on conflict (run_id) do update set is_finished = excluded.is_finished, at = excluded.at, state = excluded.state`,
      values: [
        runs.map(({ runId }) => runId), runs.map(({ finishedAt }) => finishedAt !== null),
        runs.map(({ finishedAt, startedAt }) => new Date(finishedAt ?? startedAt ?? 0)), runs.map(toJson),
      ],
    });
  },
  async forget(tx, before) {
    const values = [new Date(before)];
    await query(tx, { name: 'gateway.forget-runs', text: 'delete from gateway.reconciliation_run where at < $1', values });
    // One that comes back after finance has forgotten it is told from version 1 again
    await query(tx, { name: 'gateway.forget-differences', text: `delete from gateway.difference where status in ('repaired', 'vanished') and (state->>'lastSeenAt')::timestamptz < $1`, values });
  },
  async isRunning(tx) {
    const rows = await query(tx, { name: 'gateway.any-run', text: 'select 1 from gateway.reconciliation_run where not is_finished limit 1', values: [] });
    return rows.length > 0;
  },
  async findDifference(tx, differenceId) {
    const rows = await query<StateRow>(tx, { name: 'gateway.find-difference', text: 'select state::text from gateway.difference where difference_id = $1', values: [differenceId] });
    return rows.map(differenceFrom)[0] ?? null;
  },
  async saveDifferences(tx, differences) {
    const items = differences.map(({ item }) => item);
    await query(tx, {
      name: 'gateway.save-differences',
      text: `insert into gateway.difference as known (difference_id, version, status, order_id, state) select * from unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::jsonb[])
        on conflict (difference_id) do update set version = excluded.version, status = excluded.status, state = excluded.state where excluded.version > known.version`,
      values: [items.map(({ differenceId }) => differenceId), differences.map(({ version }) => version), items.map(({ status }) => status), items.map(({ orderId }) => column(orderId)), items.map(toJson)],
    });
  },
};

/** Reads the views of reconciliations outside of any batch. */
export function pgReconciliationReader(database: Pick<Database, 'query'>): ReconciliationReader {
  return {
    async run(runId) {
      const rows = await database.query<StateRow>({ name: 'gateway.read-run', text: 'select state::text from gateway.reconciliation_run where run_id = $1', values: [runId] });
      return rows.map(runFrom)[0] ?? null;
    },
    async latest() {
      const rows = await database.query<StateRow>({
        name: 'gateway.latest-runs',
        text: `(select state::text from gateway.reconciliation_run where not is_finished order by at desc limit 1)
          union all (select state::text from gateway.reconciliation_run where is_finished order by at desc limit 1)`,
        values: [],
      });
      const runs = rows.map(runFrom);
      return { underWay: runs.find(({ finishedAt }) => finishedAt === null) ?? null, lastRun: runs.find(({ finishedAt }) => finishedAt !== null) ?? null };
    },
    async differences({ status, orderId, after, limit }) {
      const rows = await database.query<StateRow>({
        name: 'gateway.list-differences',
        text: `select state::text from gateway.difference
          where (status = $1 or ($1::text is null and status in ('open', 'repairing'))) and ($2::text is null or order_id = $2) and difference_id > $3 order by difference_id limit $4`,
        values: [status ?? null, orderId ?? null, after ?? '', limit],
      });
      return rows.map(differenceFrom);
    },
  };
}
