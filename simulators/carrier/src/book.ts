import type { Shipment } from './shipment.ts';

/** What the journal keeps: a shipment as it then stood. */
export interface Entry {
  readonly shipment: Shipment;
}

/** The carrier's order book. */
export interface Book {
  apply(entry: Entry): void;
  byOrder(orderId: string): Shipment | undefined;
  byWaybill(waybillNo: string): Shipment | undefined;
  nextWaybillNo(): string;
  all(): readonly Shipment[];
}

const FIRST_WAYBILL = 1_040_000_000_000;

/** Starts an empty book. */
export function openBook(): Book {
  const shipments = new Map<string, Shipment>();
  const orderOfWaybill = new Map<string, string>();
  return {
    apply({ shipment }) {
      shipments.set(shipment.orderId, shipment);
      if (shipment.waybillNo) orderOfWaybill.set(shipment.waybillNo, shipment.orderId);
    },
    byOrder: (orderId) => shipments.get(orderId),
    byWaybill: (waybillNo) => shipments.get(orderOfWaybill.get(waybillNo) ?? ''),
    nextWaybillNo: () => `SF${FIRST_WAYBILL + orderOfWaybill.size + 1}`,
    all: () => [...shipments.values()],
  };
}

/** What the carrier would swear to, for tests to believe. */
export function ledgerOf(book: Book): unknown {
  const shipments = book.all().map(({ orderId, state, waybillNo, receiver, cargo, expressTypeId, insuredFor, createdAt, cancelledAt }) => (
    { orderId, externalRef: orderId, state, live: state === 'served', waybillNo, receiver, cargo, expressTypeId, insuredFor, createdAt, cancelledAt }));
  return { shipments };
}
