import type { Instant } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import { undoPatience } from '../domain/every-version.ts';
import { caseKinds } from '../domain/order-case.ts';
import type { OrderCount } from '../usecases/ports.ts';

interface Row {
  readonly what: 'orders' | 'cases';
  readonly step: string;
  readonly phase: string;
  readonly count: bigint;
  readonly fen: bigint | null;
  readonly moved_at: Instant | null;
  readonly started_at: Instant | null;
  readonly overdue: bigint;
}

/** Counts the orders on their way, and the cases that are not closed, every kind of them: by one statement, outside of any batch. */
export const countOrders = (database: Pick<Database, 'query'>) => async (now: Instant): Promise<OrderCount> => {
  const rows = await database.query<Row>({
    name: 'saga.count',
    text: `select 'orders' as what, coalesce(step, '') as step, case status when 'undoing' then 'undoing' else coalesce(state #>> '{phase,type}', '') end as phase, count(*) as count,
        sum((state #>> '{facts,order,amount,$fen}')::numeric)::bigint as fen, min(updated_at - case status when 'undoing' then greatest((state ->> 'tries')::int - 1, 0) * $2::interval else interval '0' end) as moved_at, min(started_at) as started_at, 0::bigint as overdue
      from order_orchestrator.saga where deadline is not null group by 2, 3
      union all
      select 'cases', kind, '', count(*), null, null, null, count(*) filter (where due_at < $1) from order_orchestrator.order_case where status <> 'closed' group by kind`,
    // each time an undo is asked again its row is saved, and nothing has moved
    values: [new Date(now), `${undoPatience.every} milliseconds`],
  });
  const cases = new Map(rows.filter(({ what }) => what === 'cases').map((row) => [row.step, row]));
  return {
    orders: rows.filter(({ what }) => what === 'orders').map(({ step, phase, count, fen, moved_at: movedAt, started_at: startedAt }) => ({
      step, phase, count: Number(count), amountFen: Number(fen ?? 0n), movedAt: movedAt ?? now, startedAt: startedAt ?? now,
    })),
    cases: caseKinds.map((kind) => ({ kind, open: Number(cases.get(kind)?.count ?? 0n), overdue: Number(cases.get(kind)?.overdue ?? 0n) })),
  };
};
