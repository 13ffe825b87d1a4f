import { pick } from '@order-mesh/kernel';
import type { Booking } from '../domain/booking.ts';
import type { Bookings } from '../usecases/ports.ts';

/** Bookings in memory; there is one transaction, and it always commits. */
export function memoryBookings(): Bookings {
  const kept = new Map<string, Booking>();
  return {
    load: async (_tx, orderIds) => pick(kept, orderIds),
    async save(_tx, changed) {
      for (const [id, booking] of changed) kept.set(id, structuredClone(booking));
    },
  };
}
