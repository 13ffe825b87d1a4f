import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import type { Parcel, ParcelState } from '../domain/parcel.ts';
import type { ParcelBook } from '../usecases/ports.ts';

interface ParcelRow {
  readonly order_id: string;
  readonly carrier: string;
  readonly waybill: string;
  readonly parcel_state: ParcelState;
  readonly parcel_at: Instant | null;
}

const COLUMNS = 'order_id, carrier, waybill, parcel_state, parcel_at';
const ON_THE_ROAD = `status = 'planned' and parcel_state not in ('delivered', 'returned')`;

/** The parcels in PostgreSQL: columns of `logistics.shipment` that the shipment itself does not use. */
export function pgParcelBook(database: Database): ParcelBook {
  return {
    async anyDue(now) {
      const text = `select exists (select from logistics.shipment where ${ON_THE_ROAD} and next_look_at <= $1) as due`;
      const [row] = await database.query<{ readonly due: boolean }>({ name: 'logistics.any-parcel-due', text, values: [new Date(now)] });
      return row?.due ?? false;
    },
    async takeDue(tx, { now, nextLookAt, atMost }) {
      const text = `update logistics.shipment set next_look_at = $2
         where order_id in (select order_id from logistics.shipment where ${ON_THE_ROAD} and next_look_at <= $1 order by next_look_at limit $3 for update skip locked)
        returning ${COLUMNS}`;
      return (await query<ParcelRow>(tx, { name: 'logistics.take-due-parcels', text, values: [new Date(now), new Date(nextLookAt), atMost] })).map(parcelOf);
    },
    async load(tx, orderIds) {
      const text = `select ${COLUMNS} from logistics.shipment where order_id = any($1::text[]) and status = 'planned' order by order_id for update`;
      const rows = await query<ParcelRow>(tx, { name: 'logistics.load-parcels', text, values: [orderIds] });
      return new Map(rows.map((row) => [row.order_id, parcelOf(row)]));
    },
    async save(tx, parcels) {
      if (parcels.length === 0) return;
      const text = `update logistics.shipment set parcel_state = new.state, parcel_at = new.at
          from unnest($1::text[], $2::text[], $3::timestamptz[]) as new(order_id, state, at) where shipment.order_id = new.order_id`;
      const values = [parcels.map(({ orderId }) => orderId), parcels.map(({ state }) => state), parcels.map(({ at }) => (at === null ? null : new Date(at)))];
      await query(tx, { name: 'logistics.save-parcels', text, values });
    },
  };
}

const parcelOf = ({ order_id: orderId, carrier, waybill, parcel_state: state, parcel_at: at }: ParcelRow): Parcel => ({ orderId, carrier, waybill, state, at });
