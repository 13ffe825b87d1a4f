import type { Address } from '@order-mesh/contracts';
import type { Duration, Instant } from '@order-mesh/kernel';
import type { Cause, Transaction, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { Parcel } from '../domain/parcel.ts';
import type { Booked, CalledOff, Shipment } from '../domain/shipment.ts';
import type { Way } from '../domain/way.ts';

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
  /** Absent in what was asked for before rules decided on it. `valueFen` is what the goods are worth, as text. */
  readonly way?: Way & { readonly valueFen: string };
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
  readonly rules: RuleBook;
  readonly carrier: Carrier;
  readonly log: Log;
}

export interface DueRequest {
  readonly now: Instant;
  readonly nextLookAt: Instant;
  readonly atMost: number;
}

/** Parcels on the road: of orders that are planned, and have not been called off. */
export interface ParcelBook {
  /** Whether `takeDue` would find any; cheap. */
  anyDue(now: Instant): Promise<boolean>;
  /** Those whose time to be looked at has come and that have not arrived, longest waiting first; the next look is put off at once. */
  takeDue(tx: Transaction, request: DueRequest): Promise<readonly Parcel[]>;
  /** Those of the orders named, locked until the transaction ends. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Parcel>>;
  save(tx: Transaction, parcels: readonly Parcel[]): Promise<void>;
}

/** Has a carrier asked where parcels are; the answers come later, through `noteRoutes`. */
export interface Tracking {
  ask(unit: Unit, parcels: readonly { readonly orderId: string; readonly waybill: string; readonly cause: Cause }[]): Promise<void>;
}

export interface TrackingPorts {
  readonly parcels: ParcelBook;
  readonly tracking: Tracking;
  readonly log: Log;
  /** Pause between two looks at a parcel. */
  readonly every: Duration;
}
