import { pick } from '@order-mesh/kernel';
import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentBook } from '../usecases/ports.ts';

/** Shipments in this process, for tests and simulation. */
export function memoryShipmentBook(): ShipmentBook & { of(orderId: string): Shipment | undefined } {
  const rows = new Map<string, Shipment>();
  return {
    load: async (_tx, orderIds) => pick(rows, orderIds),
    save: async (_tx, shipments) => { for (const shipment of shipments) rows.set(shipment.orderId, shipment); },
    of: (orderId) => rows.get(orderId),
  };
}
