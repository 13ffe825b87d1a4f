import type { StatedOrder } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import { statedOrder } from '../domain/stated-order.ts';
import { stateFromJson } from './state-json.ts';

const ORDERS_A_PAGE = 1_000;

/** Every order under way, and those that changed since, in pages; read outside of any batch. */
export async function* statedOrdersSince(database: Pick<Database, 'query'>, since: Instant): AsyncGenerator<readonly StatedOrder[]> {
  for (let after = '', more = true; more;) {
    const rows = await database.query<{ readonly order_id: string; readonly state: string; readonly updated_at: Instant }>({
      name: 'saga.statement',
      text: `select order_id, state::text, updated_at from order_orchestrator.saga
        where order_id > $1 and (status in ('running', 'undoing', 'manual') or updated_at >= $2) order by order_id limit $3`,
      values: [after, new Date(since), ORDERS_A_PAGE],
    });
    yield rows.map(({ state, updated_at: changedAt }) => statedOrder(stateFromJson(state), changedAt));
    after = rows.at(-1)?.order_id ?? after;
    more = rows.length === ORDERS_A_PAGE;
  }
}
