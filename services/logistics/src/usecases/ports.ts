import type { Address } from '@order-mesh/contracts';
import type { Cause, Transaction, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { Booked, CalledOff, Shipment } from '../domain/shipment.ts';

/** The shipments of the orders named, locked until the transaction ends. */
export interface ShipmentBook {
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Shipment>>;
  save(tx: Transaction, shipments: readonly Shipment[]): Promise<void>;
}

/** What a carrier must know to take an order. */
export interface Consignment {
  readonly orderId: string;
  readonly customerName: string;
  readonly shipTo: Address;
  readonly goods: readonly { readonly name: string; readonly quantity: number; readonly unit: string }[];
}

export interface CallOff {
  readonly orderId: string;
  readonly attempt: number;
}

/** Asks a carrier; each answer comes later, once, through `settleDelivery`. */
export interface Carrier {
  book(unit: Unit, consignments: readonly (Consignment & { readonly cause: Cause })[]): Promise<void>;
  /** Takes bookings back that surely never reached the carrier; resolves with their orders. */
  recall(unit: Unit, orderIds: readonly string[]): Promise<readonly string[]>;
  callOff(unit: Unit, orders: readonly (CallOff & { readonly cause: Cause })[]): Promise<void>;
}

/** What a carrier answered, in the end. */
export type CarrierAnswer =
  | { readonly type: 'booking'; readonly orderId: string; readonly outcome: Booked; readonly cause: Cause }
  | { readonly type: 'calling-off'; readonly orderId: string; readonly outcome: CalledOff; readonly cause: Cause };

export interface Ports {
  readonly shipments: ShipmentBook;
  readonly carrier: Carrier;
  readonly log: Log;
}
