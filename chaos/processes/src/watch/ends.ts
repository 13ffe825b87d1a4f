import type { OrderBook } from '../load/book.ts';
import { repeat, type Repetition } from './repeat.ts';
import type { Looker } from './database.ts';

const LOOK_EVERY = 300;
/** A transaction may become visible so long after its own time. */
const OVERLAP_SECONDS = 60;

/** In two halves, as there is an index for each: among 25,000 orders this is asked three times a second. */
const ENDED = [`status in ('confirmed', 'rejected', 'cancelled')`, `status = 'manual'`]
  .map((which) => `select order_id, status, extract(epoch from updated_at) * 1000 as at from order_orchestrator.saga where ${which} and updated_at > to_timestamp($1) - make_interval(secs => $2)`)
  .join(' union all ');

/** Notes which orders have ended, by the orchestrator's own table; when, by the clock of the database. */
export function watchEnds(looker: Looker, book: OrderBook): Repetition {
  let since = 0;
  return repeat(LOOK_EVERY, async () => {
    const rows = await looker.rows<{ readonly order_id: string; readonly status: string; readonly at: string }>(ENDED, [since / 1_000, OVERLAP_SECONDS]);
    for (const { order_id: orderId, status, at } of rows ?? []) {
      since = Math.max(since, Number(at));
      book.end(orderId, status, Number(at));
    }
  });
}
