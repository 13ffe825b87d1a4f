import type { Instant } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import type { TaskCount } from '../usecases/ports.ts';

/** Counts what waits for a decision, outside of any batch. */
export const countTasks = (database: Pick<Database, 'query'>) => async (now: Instant): Promise<readonly TaskCount[]> => {
  const rows = await database.query<{ readonly role: string; readonly waiting: bigint; readonly overdue: bigint }>({
    name: 'approvals.count-tasks',
    text: `select role, count(*) as waiting, count(*) filter (where escalated_to <> '' or deadline <= $1) as overdue from approvals.task where status = 'open' group by role`,
    values: [new Date(now)],
  });
  return rows.map(({ role, waiting, overdue }) => ({ role, waiting: Number(waiting), overdue: Number(overdue) }));
};
