import { sealedIn } from '@order-mesh/contracts';
import { query } from '@order-mesh/platform';
import type { ContactViews } from '../usecases/ports.ts';

const A_FEW = 20;

/** Which contacts the views' orders name, in PostgreSQL. */
export const pgContactViews: ContactViews = {
  async keysOf(tx, orderId) {
    const rows = await query<{ readonly customerId: string | null; readonly street: string | null; readonly named: readonly string[] }>(tx, {
      name: 'gateway.contact-keys',
      // an order that was amended names the key of each address in its timeline
      text: `select customer_id as "customerId", goods #>> '{shipTo,street}' as street,
          array(select distinct found[1] from gateway.timeline_page p, regexp_matches(p.entries, '"street":"sealed:([A-Za-z0-9_-]{22})"', 'g') found where p.order_id = o.order_id) as named
        from gateway.order_view o where order_id = $1 and customer_id is not null`,
      values: [orderId],
    });
    const [row] = rows;
    if (!row) return null;
    const now = sealedIn(row.street ?? '')?.key;
    return { customerId: row.customerId ?? '', keys: [...new Set([...row.named, ...(now === undefined ? [] : [now])])] };
  },
  async openOrders(tx, customerId, keys) {
    const rows = await query<{ readonly orderId: string }>(tx, {
      name: 'gateway.orders-that-need-contacts',
      text: `select order_id as "orderId" from gateway.order_view
        where customer_id = $1 and status in ('running', 'undoing', 'manual') and ($2::text[] is null or split_part(goods #>> '{shipTo,street}', ':', 3) = any($2::text[]))
        order by order_id limit $3`,
      values: [customerId, keys, A_FEW],
    });
    return rows.map(({ orderId }) => orderId);
  },
};
