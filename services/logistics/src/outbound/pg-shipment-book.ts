import { MeshError } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { identityMap, query, type Change } from '@order-mesh/platform';
import { readRecord, writeRecord } from '@order-mesh/rules';
import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentBook } from '../usecases/ports.ts';

interface ShipmentRow {
  readonly order_id: string;
  readonly status: Shipment['status'];
  readonly carrier: string | null;
  readonly waybill: string | null;
  readonly attempt: number | null;
  readonly awaited: boolean | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly record: string | null;
}

/** The shipments in PostgreSQL, schema `logistics`. */
export const pgShipmentBook: ShipmentBook = {
  load: (tx, orderIds) => kept.read(tx, orderIds, async (missing) => {
    const rows = await query<ShipmentRow>(tx, {
      name: 'logistics.load-shipments',
      text: `select order_id, status, carrier, waybill, attempt, awaited, reason, detail, record
        from logistics.shipment where order_id = any($1::text[]) order by order_id for update`,
      values: [missing],
    });
    return byOrder(rows.map(shipmentOf));
  }),
  async save(tx, shipments) {
    kept.write(tx, byOrder(shipments));
  },
};

/** Reads the shipments of orders that are only being placed: nothing, almost always. */
export const readShipmentsAhead: ReadAhead = (batch, tx) => {
  kept.ahead(tx, pgShipmentBook.load(tx, ordersPlacedIn(batch).map(({ orderId }) => orderId)));
};

const kept = identityMap<Shipment>(saveShipments, { keepsPassed: true });
const byOrder = (shipments: readonly Shipment[]): ReadonlyMap<string, Shipment> => new Map(shipments.map((one) => [one.orderId, one]));

async function saveShipments(tx: Transaction, changes: readonly Change<Shipment>[]): Promise<void> {
  const shipments = changes.map(({ row }) => row);
  const named = changes.map(({ row, passed }) => [row, ...passed].find((one) => one.status === 'planned'));
  const tried = shipments.map((one) => (one.status === 'cancelling' || one.status === 'kept' ? one : undefined));
  const refused = shipments.map((one) => (one.status === 'refused' || one.status === 'kept' ? one : undefined));
  await query(tx, {
    name: 'logistics.save-shipments',
    // The waybill stays with what was cancelled later, for whoever asks the carrier about it
    text: `insert into logistics.shipment as known (order_id, status, carrier, waybill, attempt, awaited, reason, detail, record)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::boolean[], $7::text[], $8::text[], $9::text[])
        on conflict (order_id) do update set status = excluded.status, carrier = coalesce(excluded.carrier, known.carrier),
          waybill = coalesce(excluded.waybill, known.waybill), attempt = excluded.attempt, awaited = excluded.awaited,
          reason = excluded.reason, detail = excluded.detail, record = excluded.record, changed_at = now()`,
      values: [
        shipments.map(({ orderId }) => orderId), shipments.map(({ status }) => status),
        named.map((one) => one?.carrier ?? null), named.map((one) => one?.waybill ?? null),
        tried.map((one) => one?.attempt ?? null), shipments.map((one) => (one.status === 'cancelling' ? one.awaited : null)),
        refused.map((one) => one?.reason ?? null), refused.map((one) => one?.detail ?? null),
        shipments.map(({ record }) => (record === null ? null : writeRecord(record))),
      ],
    });
}

function shipmentOf(row: ShipmentRow): Shipment {
  const { status } = row;
  const head = { orderId: row.order_id, record: row.record === null ? null : readRecord(row.record) };
  switch (status) {
    case 'planned': return { ...head, status, carrier: told(row, 'carrier'), waybill: told(row, 'waybill') };
    case 'refused': return { ...head, status, reason: told(row, 'reason'), detail: told(row, 'detail') };
    case 'cancelling': return { ...head, status, attempt: told(row, 'attempt'), awaited: told(row, 'awaited') };
    case 'kept': return { ...head, status, attempt: told(row, 'attempt'), reason: told(row, 'reason'), detail: told(row, 'detail') };
    default: return { ...head, status };
  }
}

function told<Column extends keyof ShipmentRow>(row: ShipmentRow, column: Column): NonNullable<ShipmentRow[Column]> {
  const value = row[column];
  if (value === null || value === undefined) {
    throw new MeshError('BROKEN_PROMISE', { advice: `shipment of order ${row.order_id} has no ${column}, which a ${row.status} one must have` });
  }
  return value;
}
