import type { Particular } from '../definition.ts';
import type { Row } from '../tables.ts';

/** The tables of approvals. */
export const approvalsStatements: Readonly<Record<string, Particular>> = {
  // only metrics come of it
  'approvals.count-tasks': { says: ['select role, count(*) as waiting'], run: () => [] },
  'approvals.due-orders': {
    says: [`from approvals.task where status = 'open' and least(remind_at, escalate_at, deadline) <= $1 group by order_id order by min(least(remind_at, escalate_at, deadline)), order_id limit $2`],
    run: (session, [now, limit]) => {
      const nextOf = (row: Row): number => Math.min(...['remind_at', 'escalate_at', 'deadline'].map((moment) => Number(row[moment] ?? Infinity)));
      const open = [...session.rows(session.table('approvals.task'))].filter((row) => row['status'] === 'open' && nextOf(row) <= Number(now));
      const orders = new Set(open.sort((one, other) => nextOf(one) - nextOf(other)).map((row) => String(row['order_id'])));
      return [...orders].slice(0, Number(limit)).map((id) => ({ order_id: id }));
    },
  },
};
