import { query } from '@order-mesh/platform';
import type { PastDecisions } from '@order-mesh/rulebook';
import { readRecord } from '@order-mesh/rules';

/** What credit decided by rules, in PostgreSQL, table `credit.hold`; all of it at one point. */
export const pgPastDecisions: PastDecisions = {
  async count(tx) {
    const [row] = await query<{ readonly decisions: bigint }>(tx, { name: 'credit.count-decisions', text: 'select count(*) as decisions from credit.hold where record is not null' });
    return Number(row?.decisions ?? 0);
  },
  async page(tx, _point, { after, atMost }) {
    const rows = await query<{ readonly order_id: string; readonly record: string }>(tx, {
      name: 'credit.decisions', text: 'select order_id, record from credit.hold where order_id > $1 and record is not null order by order_id limit $2', values: [after, atMost],
    });
    return rows.map(({ order_id: orderId, record }) => ({ orderId, records: [readRecord(record)] }));
  },
};
