import type { Log } from '@order-mesh/platform';
import type { StatedDocument } from '@order-mesh/contracts';
import type { Transaction, Unit } from '@order-mesh/messaging';
import type { Instant } from '@order-mesh/kernel';
import type { Booking } from '../domain/booking.ts';
import type { Fact, FactKind } from '../domain/master-data.ts';
import type { BookRequest, TakeBackRequest } from '../domain/booking-calls.ts';

/** Where each order's booking stands, for ever. */
export interface Bookings {
  /** Locks the rows it finds until the transaction ends. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Booking>>;
  save(tx: Transaction, changed: ReadonlyMap<string, Booking>, now: Instant): Promise<void>;
}

/** Asks the ERP, durably and after the commit. */
export interface BookingCalls {
  ask(unit: Unit, calls: readonly BookingCall[]): Promise<void>;
  /** Resolves with the orders whose booking surely never reached the ERP and never will. */
  withdrawBook(unit: Unit, orderIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export type BookingCall =
  | { readonly type: 'book'; readonly request: BookRequest; readonly traceparent?: string | undefined }
  | { readonly type: 'take-back'; readonly round: number; readonly request: TakeBackRequest; readonly traceparent?: string | undefined }
  /** Some documents of an order, whatever its booking says; `askedBy` is the message that asked, and asks once. */
  | { readonly type: 'take-back-documents'; readonly request: TakeBackRequest & { readonly codes: readonly string[] }; readonly askedBy: string; readonly traceparent?: string | undefined };

/** What was last told about the ERP's master data, and up to where each list was read. */
export interface KnownFacts {
  position(kind: FactKind): Promise<bigint>;
  load(tx: Transaction, kind: FactKind, keys: readonly string[]): Promise<readonly Fact[]>;
  /** Stock levels of these products, whatever the warehouse. */
  loadStockOf(tx: Transaction, skus: readonly string[]): Promise<readonly Fact[]>;
  save(tx: Transaction, facts: readonly Fact[]): Promise<void>;
  moveTo(tx: Transaction, kind: FactKind, position: bigint): Promise<void>;
}

/** The ERP's lists, oldest change first. */
export interface ErpLists {
  /** Rows of the list that changed after `position`; at most one page. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
  changedSince(kind: FactKind, position: bigint): Promise<ErpPage>;
}

export interface ErpPage {
  /** Oldest change first. */
  readonly rows: readonly ErpRow[];
  /** The newest change on the page, unreadable rows included. */
  readonly readTo: bigint;
  readonly isLast: boolean;
}

/** The ERP's documents that name an order of ours. */
export interface ErpStatement {
  /** Those dated on or after the day of this moment, in any state. A document that changes meanwhile may come twice: the later one counts. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
  documentsSince(from: Instant): AsyncIterable<readonly StatedDocument[]>;
}

/** One row as read: the fact, and the number of its last change. */
export interface ErpRow {
  readonly fact: Fact;
  readonly position: bigint;
  /** Drawn up and not in force yet, or a cost that nobody has entered: told only if it was told before. */
  readonly isDraft?: boolean;
}

export type { Log };
