import type { Row } from '../database/tables.ts';
import type { Flow } from '../partners/esign.ts';
import type { Shipment } from '../partners/carrier.ts';
import type { U8Document } from '../partners/u8.ts';
import type { OrderPlan } from '../scenario.ts';

/** A message as it was first stored. */
export interface Sent {
  readonly id: string;
  readonly type: string;
  readonly topic: string;
}

/** Everything there is to see when a run has come to rest: the services' tables, the partners' own books, what was sent. */
export interface Snapshot {
  readonly orders: readonly OrderPlan[];
  readonly rows: (table: string) => readonly Row[];
  readonly flows: readonly Flow[];
  readonly shipments: readonly Shipment[];
  readonly documents: readonly U8Document[];
  /** The messages about an order in the order in which they were first stored. */
  readonly sent: ReadonlyMap<string, readonly Sent[]>;
  /** Every status a saga was ever committed with, with its version. */
  readonly path: ReadonlyMap<string, readonly { readonly status: string; readonly version: number }[]>;
  /** Why it came to rest. */
  readonly rest: 'quiet' | 'out of patience';
}

/** A promise that was broken; by which order, if by one. */
export interface Violation {
  readonly invariant: string;
  readonly orderId: string | null;
  readonly what: string;
}
