import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import { caseItemOf, caseStatusOf, type CaseItem, type CaseView } from '../domain/case-view.ts';
import type { CaseReader, CaseViews } from '../usecases/ports.ts';
import { column, toJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

// no money in it
const viewFrom = ({ state }: StateRow): CaseView => JSON.parse(state);

/** The views of cases in PostgreSQL, schema `gateway`. */
export const pgCaseViews: CaseViews = {
  async load(tx, orderIds) {
    const rows = await query<StateRow>(tx, { name: 'gateway.load-cases', text: 'select state::text from gateway.order_case where order_id = any($1::text[])', values: [orderIds] });
    return rows.map(viewFrom);
  },
  async save(tx, cases) {
    await query(tx, {
      name: 'gateway.save-cases',
      text: `insert into gateway.order_case (order_id, status, owner, assignee, due_at, state)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[])
        on conflict (order_id) do update set status = excluded.status, owner = excluded.owner, assignee = excluded.assignee, due_at = excluded.due_at, state = excluded.state`,
      values: [
        cases.map(({ orderId }) => orderId), cases.map(caseStatusOf), cases.map(({ opened }) => column(opened?.owner ?? '')),
        cases.map(({ assigned }) => assigned && column(assigned.assignee)), cases.map(({ opened }) => opened && new Date(opened.dueAt)), cases.map(toJson),
      ],
    });
  },
};

/** Reads the views of cases outside of any batch. */
export function pgCaseReader(database: Database, now: () => Instant): CaseReader {
  const itemOf = (row: StateRow): readonly CaseItem[] => [caseItemOf(viewFrom(row), now())].filter((item) => item !== null);
  return {
    async cases({ status, overdue, owner, assignee, after, limit }) {
      const rows = await database.query<StateRow>({
        name: 'gateway.list-cases',
        text: `select state::text from gateway.order_case
          where due_at is not null and (status = $1 or ($1::text is null and status <> 'closed')) and ($2::timestamptz is null or (due_at < $2 and status <> 'closed'))
            and ($3::text is null or owner = $3) and ($4::text is null or assignee = $4) and ($5::timestamptz is null or (due_at, order_id) > ($5, $6))
          order by due_at, order_id limit $7`,
        values: [status ?? null, overdue ? new Date(now()) : null, owner ?? null, assignee ?? null, after ? new Date(after.at) : null, after?.id ?? '', limit],
      });
      return rows.flatMap(itemOf);
    },
    async case(orderId) {
      const rows = await database.query<StateRow>({ name: 'gateway.read-case', text: 'select state::text from gateway.order_case where order_id = $1', values: [orderId] });
      return rows.flatMap(itemOf)[0] ?? null;
    },
  };
}
