import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { query, type Database } from '@order-mesh/platform';
import type { Run } from '../domain/run.ts';
import type { DifferenceBook, RunBook } from '../usecases/ports.ts';
import { differenceFromJson, toJson } from './reconciliation-json.ts';

interface StateRow {
  readonly state: string;
}

// no money in it
const runFrom = ({ state }: StateRow): Run => JSON.parse(state);

/** The reconciliations in PostgreSQL, schema `finance`. */
export function pgRuns(database: Pick<Database, 'query'>): RunBook {
  return {
    async load(tx) {
      // the lock comes first, so that of two processes only one begins a run; PostgreSQL takes the statements in this order
      const [, rows] = await Promise.all([
        query(tx, { name: 'finance.lock-runs', text: `select pg_advisory_xact_lock(hashtext('finance.reconciliation_run'))`, values: [] }),
        query<StateRow>(tx, { name: 'finance.load-run', text: `select state::text from finance.reconciliation_run where status <> 'finished' for update`, values: [] }),
      ]);
      return rows.map(runFrom)[0] ?? null;
    },
    async save(tx, run) {
      await query(tx, {
        name: 'finance.save-run',
        text: `insert into finance.reconciliation_run (run_id, status, started_at, state) values ($1, $2, $3, $4::jsonb)
          on conflict (run_id) do update set status = excluded.status, state = excluded.state`,
        values: [run.runId, run.status, new Date(run.startedAt), toJson(run)],
      });
    },
    async forget(tx, before) {
      const values = [new Date(before)];
      await query(tx, { name: 'finance.forget-runs', text: `delete from finance.reconciliation_run where status = 'finished' and started_at < $1`, values });
      await query(tx, { name: 'finance.forget-differences', text: `delete from finance.difference where status in ('repaired', 'vanished') and last_seen_at < $1`, values });
    },
    async look() {
      const [row] = await database.query<{ readonly run: string | null; readonly last_started_at: Instant | null; readonly open: bigint }>({
        name: 'finance.reconciliation',
        text: `select (select state::text from finance.reconciliation_run where status <> 'finished') as run,
          (select max(started_at) from finance.reconciliation_run) as last_started_at,
          (select count(*) from finance.difference where status in ('open', 'repairing')) as open`,
        values: [],
      });
      return { run: row?.run ? runFrom({ state: row.run }) : null, lastStartedAt: row?.last_started_at ?? null, openDifferences: Number(row?.open ?? 0n) };
    },
  };
}

/** The differences in PostgreSQL, schema `finance`. */
export const pgDifferences: DifferenceBook = {
  async load(tx, differenceIds) {
    const rows = await query<StateRow>(tx, {
      name: 'finance.load-differences', text: 'select state::text from finance.difference where difference_id = any($1::text[]) order by difference_id for update', values: [differenceIds],
    });
    return new Map(rows.map(({ state }) => differenceFromJson(state)).map((one) => [one.differenceId, one]));
  },
  async loadMissed(tx, { look, from, limit }) {
    const rows = await query<StateRow>(tx, {
      name: 'finance.load-missed',
      text: `select state::text from finance.difference
        where status in ('suspected', 'open', 'repairing', 'accepted') and dated_at >= $1 and seen_in <> $2 order by difference_id limit $3 for update`,
      values: [new Date(from), look.id, limit],
    });
    return rows.map(({ state }) => differenceFromJson(state));
  },
  async save(tx, differences) {
    if (differences.length === 0) return;
    await query(tx, {
      name: 'finance.save-differences',
      text: `insert into finance.difference (difference_id, order_id, class, status, dated_at, seen_in, last_seen_at, state)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[], $8::jsonb[])
        on conflict (difference_id) do update set status = excluded.status, dated_at = excluded.dated_at, seen_in = excluded.seen_in,
          last_seen_at = excluded.last_seen_at, state = excluded.state`,
      values: [
        differences.map(({ differenceId }) => differenceId), differences.map(({ orderId }) => orderId), differences.map((one) => one.class),
        differences.map(({ status }) => status), differences.map(({ datedAt }) => new Date(datedAt)), differences.map(({ seenIn }) => seenIn),
        differences.map(({ lastSeenAt }) => new Date(lastSeenAt)), differences.map(toJson),
      ],
    });
  },
  remove: (tx, differenceIds) => removeAll(tx, differenceIds),
  async count(tx, look) {
    const [row] = await query<{ readonly suspected: bigint; readonly open: bigint }>(tx, {
      name: 'finance.count-differences',
      text: `select count(*) filter (where status = 'suspected' and seen_in = $1) as suspected, count(*) filter (where status <> 'suspected') as open from finance.difference
        where status in ('suspected', 'open', 'repairing')`,
      values: [look.id],
    });
    return { suspected: Number(row?.suspected ?? 0n), open: Number(row?.open ?? 0n) };
  },
};

async function removeAll(tx: Transaction, differenceIds: readonly string[]): Promise<void> {
  if (differenceIds.length === 0) return;
  await query(tx, { name: 'finance.remove-differences', text: 'delete from finance.difference where difference_id = any($1::text[])', values: [differenceIds] });
}
