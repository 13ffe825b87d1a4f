import type { Booking } from '../domain/booking.ts';
import type { Bookings } from '../usecases/ports.ts';

/** Bookings in memory; there is one transaction, and it always commits. */
export function memoryBookings(): Bookings {
  const kept = new Map<string, Booking>();
  return {
    load: async (_tx, orderIds) => new Map(orderIds.flatMap((id) => {
      const booking = kept.get(id);
      return booking ? [[id, booking] as const] : [];
    })),
    async save(_tx, changed) {
      for (const [id, booking] of changed) kept.set(id, structuredClone(booking));
    },
  };
}
