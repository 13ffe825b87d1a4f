import { fen, MeshError, type Instant } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead } from '@order-mesh/messaging';
import { identityMap, query } from '@order-mesh/platform';
import type { Booking, TakeBackAnswer } from '../domain/booking.ts';
import type { Bookings } from '../usecases/ports.ts';

/** Bookings in PostgreSQL, schema `erp_adapter`. */
export const pgBookings: Bookings = {
  load: async (tx, orderIds) => {
    const found = await kept.read(tx, orderIds, async (missing) => {
      const rows = await query<BookingRow>(tx, { name: 'erp-adapter.load-bookings', text: LOAD, values: [missing] });
      return new Map(rows.map((row) => [row.order_id, { orderId: row.order_id, booking: bookingFrom(row), at: 0 }]));
    });
    return new Map([...found].map(([orderId, { booking }]) => [orderId, booking]));
  },
  async save(tx, changed, now) {
    kept.write(tx, [...changed].map(([orderId, booking]) => [orderId, { orderId, booking, at: now }]));
  },
};

/** Reads the bookings of orders that are only being placed: nothing, almost always. */
export const readBookingsAhead: ReadAhead = (batch, tx) => {
  kept.ahead(tx, pgBookings.load(tx, ordersPlacedIn(batch).map(({ orderId }) => orderId)));
};

interface KeptBooking {
  readonly orderId: string;
  readonly booking: Booking;
  /** When it was changed. */
  readonly at: Instant;
}

const kept = identityMap<KeptBooking>(async (tx, changes) => {
  const rows = changes.map(({ row: { orderId, booking } }) => rowFrom(orderId, booking));
  const times = changes.map(({ row: { at } }) => new Date(at));
  await query(tx, { name: 'erp-adapter.save-bookings', text: SAVE, values: [times, ...COLUMNS.map((column) => rows.map((row) => row[column]))] });
});

interface BookingRow {
  readonly order_id: string;
  readonly customer_id: string;
  readonly status: Booking['status'];
  readonly sale_order_code: string | null;
  readonly receivable_code: string | null;
  readonly amount: bigint | null;
  readonly round: number | null;
  readonly then_answer: TakeBackAnswer['type'] | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly outstanding: string | null;
}

const COLUMNS = ['order_id', 'customer_id', 'status', 'sale_order_code', 'receivable_code', 'amount', 'round', 'then_answer', 'reason', 'detail', 'outstanding'] as const;

const LOAD = `
  select ${COLUMNS.join(', ')} from erp_adapter.booking
   where order_id = any($1::text[]) order by order_id for update`;

const SAVE = `
  insert into erp_adapter.booking (updated_at, ${COLUMNS.join(', ')})
  select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::int[], $9::text[], $10::text[], $11::text[], $12::text[])
  on conflict (order_id) do update set
    customer_id = excluded.customer_id, status = excluded.status, sale_order_code = excluded.sale_order_code, receivable_code = excluded.receivable_code,
    amount = excluded.amount, round = excluded.round, then_answer = excluded.then_answer, reason = excluded.reason, detail = excluded.detail,
    outstanding = excluded.outstanding, updated_at = excluded.updated_at`;

function rowFrom(orderId: string, booking: Booking): BookingRow {
  const documents = booking.status === 'booked' ? booking.documents : undefined;
  const back = booking.status === 'taking-back' || booking.status === 'left-over' ? booking : undefined;
  const refusal = booking.status === 'refused' ? booking.refusal : back?.answer.type === 'refused' ? back.answer.refusal : undefined;
  return {
    order_id: orderId, customer_id: booking.customerId, status: booking.status,
    sale_order_code: documents?.saleOrderCode ?? null, receivable_code: documents?.receivableCode ?? null, amount: documents?.amount ?? null,
    round: back?.round ?? null, then_answer: back?.answer.type ?? null,
    reason: refusal?.reason ?? null, detail: refusal?.detail ?? null, outstanding: back?.outstanding ?? null,
  };
}

function bookingFrom(row: BookingRow): Booking {
  const { customer_id: customerId, status, round, sale_order_code: saleOrderCode, receivable_code: receivableCode, amount, reason, detail } = row;
  switch (status) {
    case 'booked':
      if (saleOrderCode === null || receivableCode === null || amount === null) throw broken(row);
      return { status, customerId, documents: { saleOrderCode, receivableCode, amount: fen(amount) } };
    case 'refused':
      if (reason === null || detail === null) throw broken(row);
      return { status, customerId, refusal: { reason, detail } };
    case 'taking-back':
    case 'left-over':
      if (round === null) throw broken(row);
      return { status, customerId, round, answer: answerFrom(row), ...(row.outstanding !== null && { outstanding: row.outstanding }) };
    default:
      return { status, customerId };
  }
}

function answerFrom(row: BookingRow): TakeBackAnswer {
  if (row.then_answer === 'unbooked') return { type: 'unbooked' };
  if (row.reason === null || row.detail === null) throw broken(row);
  return { type: 'refused', refusal: { reason: row.reason, detail: row.detail } };
}

function broken({ order_id, status }: BookingRow): MeshError {
  return new MeshError('BROKEN_PROMISE', { advice: `booking of order ${order_id} is "${status}" without what belongs to it; look at table erp_adapter.booking` });
}
