import type { StatedOrder } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Database } from '@order-mesh/platform';
import { statedOrder } from '../domain/stated-order.ts';
import { stateFromJson } from './state-json.ts';

const ORDERS_A_PAGE = 1_000;

type Reading = Pick<Database, 'query'>;

/**
 * Every order under way or with a case, and those that ended since, in pages; read outside of any batch. In memory are one page and the bare numbers of the orders under way. An order that moves
 * meanwhile may be stated twice, its later state last; one that is placed meanwhile may be missing. Orders that ended before cost nothing.
 */
export async function* statedOrdersSince(database: Reading, since: Instant): AsyncGenerator<readonly StatedOrder[]> {
  // in this order: what ends while those under way are read is among those that ended
  yield* ordersUnderWay(database);
  yield* ordersEndedSince(database, since);
}

async function* ordersUnderWay(database: Reading): AsyncGenerator<readonly StatedOrder[]> {
  // All at once and in no order: page by page, by their numbers, every order would be read where the planner knows nothing of the table yet
  const ids = (await database.query<{ readonly order_id: string }>({
    name: 'saga.under-way',
    text: `select order_id from order_orchestrator.saga where deadline is not null union all select order_id from order_orchestrator.saga where status = 'manual'`,
  })).map((row) => row.order_id);
  for (let from = 0; from < ids.length; from += ORDERS_A_PAGE) yield ordersNamed(database, ids.slice(from, from + ORDERS_A_PAGE));
}

interface Row {
  readonly order_id: string;
  readonly state: string;
  readonly updated_at: Instant;
}

const stated = ({ state, updated_at: changedAt }: Row): StatedOrder => statedOrder(stateFromJson(state), changedAt);

async function ordersNamed(database: Reading, ids: readonly string[]): Promise<readonly StatedOrder[]> {
  const rows = await database.query<Row>({
    name: 'saga.stated', text: 'select order_id, state::text, updated_at from order_orchestrator.saga where order_id = any($1::text[]) order by order_id', values: [ids],
  });
  return rows.map(stated);
}

async function* ordersEndedSince(database: Reading, since: Instant): AsyncGenerator<readonly StatedOrder[]> {
  let after = { at: new Date(since).toISOString(), orderId: '' };
  for (let more = true; more;) {
    // the place in words: an Instant is coarser than what PostgreSQL keeps, and a batch of orders ends in one moment
    const rows = await database.query<Row & { readonly at: string }>({
      name: 'saga.ended-since',
      text: `select order_id, state::text, updated_at, updated_at::text as at from order_orchestrator.saga
        where status in ('confirmed', 'rejected', 'cancelled') and (updated_at, order_id) > ($1::timestamptz, $2) order by updated_at, order_id limit $3`,
      values: [after.at, after.orderId, ORDERS_A_PAGE],
    });
    yield rows.map(stated);
    const last = rows.at(-1);
    if (last) after = { at: last.at, orderId: last.order_id };
    more = rows.length === ORDERS_A_PAGE;
  }
}
