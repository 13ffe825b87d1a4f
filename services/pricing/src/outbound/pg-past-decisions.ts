import { query } from '@order-mesh/platform';
import type { PastDecisions } from '@order-mesh/rulebook';
import { recordsFromJson } from './quote-json.ts';

/** What pricing decided by rules, in PostgreSQL, table `pricing.quote`: of each order as it was priced last. */
export const pgPastDecisions: PastDecisions = {
  async count(tx) {
    const [row] = await query<{ readonly orders: bigint }>(tx, { name: 'pricing.count-decisions', text: 'select count(*) as orders from pricing.quote where records is not null' });
    return Number(row?.orders ?? 0);
  },
  async page(tx, point, { after, atMost }) {
    const rows = await query<{ readonly order_id: string; readonly records: string }>(tx, {
      name: 'pricing.decisions', text: 'select order_id, records from pricing.quote where order_id > $1 and records is not null order by order_id limit $2', values: [after, atMost],
    });
    return rows.map(({ order_id: orderId, records }) => ({ orderId, records: recordsFromJson(records).filter((record) => record.point === point) }));
  },
};
