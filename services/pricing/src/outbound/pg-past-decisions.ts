import { query } from '@order-mesh/platform';
import type { PastDecision, PastDecisions } from '@order-mesh/rulebook';
import { customerTier, price } from '@order-mesh/rules';
import { costOfLines, pastLines } from '../domain/past-lines.ts';
import { linesFrom, recordsAt } from './quote-json.ts';

interface PastRow {
  readonly order_id: string;
  readonly status: string;
  readonly amount: bigint | null;
  readonly content: string | null;
  readonly records: string;
}

/** What pricing decided by rules, in PostgreSQL, table `pricing.quote`: of each order as it was priced last. */
export const pgPastDecisions: PastDecisions = {
  async count(tx) {
    const [row] = await query<{ readonly orders: bigint }>(tx, { name: 'pricing.count-decisions', text: 'select count(*) as orders from pricing.quote where records is not null' });
    return Number(row?.orders ?? 0);
  },
  async page(tx, point, { after, atMost }) {
    const rows = await query<PastRow>(tx, {
      name: 'pricing.decisions', text: 'select order_id, status, amount, content, records from pricing.quote where order_id > $1 and records is not null order by order_id limit $2', values: [after, atMost],
    });
    return rows.map((row) => pastOf(row, point));
  },
};

function pastOf({ order_id: orderId, status, amount, content, records: json }: PastRow, point: string): PastDecision {
  const lines = content === null ? [] : linesFrom(content);
  const records = point === price.name ? pastLines(lines, recordsAt(json, [point, customerTier.name])) : recordsAt(json, [point]);
  const cost = costOfLines(lines);
  return { orderId, records, ...(status === 'priced' && amount !== null && cost !== undefined && { sold: { paid: amount, cost } }) };
}
