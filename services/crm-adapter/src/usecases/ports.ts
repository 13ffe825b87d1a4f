import type { Instant } from '@order-mesh/kernel';
import type { Address, StatedCrmOrder } from '@order-mesh/contracts';
import type { Cause, Transaction, Unit } from '@order-mesh/messaging';
import type { Log, Submit } from '@order-mesh/platform';
import type { CrmChange } from '../domain/change.ts';
import type { CrmOrder } from '../domain/crm-order.ts';
import type { Import, Wanted } from '../domain/import.ts';
import type { Report } from '../domain/report.ts';

/** Up to where the CRM's changes were taken in. */
export interface Position {
  /** Opaque; null begins with the oldest change there is. */
  readonly replayId: Uint8Array | null;
  /** When the newest change that was understood was made; null before the first. */
  readonly changedAt: Instant | null;
}

export interface Positions {
  load(): Promise<Position>;
  save(tx: Transaction, position: Position): Promise<void>;
  /** Where nothing was understood yet, counts changes from this moment on as missing. */
  begin(tx: Transaction, at: Instant): Promise<void>;
}

/** Seals whom goods go to, before anybody is told of the order. */
export interface Contacts {
  /** The addresses as they may travel, in their order. The same delivery gives the same bytes. */
  seal(tx: Transaction, deliveries: readonly { readonly orderId: string; readonly customerId: string; readonly shipTo: Address }[]): Promise<readonly Address[]>;
}

/** Which orders the mesh was told of. */
export interface ToldOrders {
  /** Those that it was told of. */
  among(orderIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Notes them, and gives those that it was not told of before. */
  note(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Imports and how far they are. */
export interface Imports {
  /** The one that is to be worked on; there is at most one. */
  active(): Promise<Import | null>;
  /** The same, as this transaction sees it. */
  activeIn(tx: Transaction): Promise<Import | null>;
  /** Takes the import for this transaction: nobody else changes it until it ends. */
  load(tx: Transaction, importId: string): Promise<Import | null>;
  save(tx: Transaction, one: Import): Promise<void>;
}

/** Lists of orders that the CRM makes for us: a list does not change any more, and is read in pages for days. Everything throws PARTNER_UNREACHABLE. */
export interface OrderLists {
  ask(wanted: Wanted): Promise<{ readonly type: 'asked'; readonly listId: string } | Lost>;
  look(listId: string): Promise<{ readonly type: 'in-work'; readonly found: number } | { readonly type: 'ready'; readonly total: number } | Lost>;
  /** The page with this name, null for the first; `next` is null on the last. */
  read(listId: string, page: string | null): Promise<{ readonly type: 'page'; readonly orderIds: readonly string[]; readonly next: string | null } | Lost>;
  /** Lets the CRM forget it. */
  drop(listId: string): Promise<void>;
}

/** There is no such list, or never will be: asking again does not help. */
export interface Lost {
  readonly type: 'lost';
  readonly detail: string;
}

/** The orders in the CRM, as they stand now. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
export interface CrmOrders {
  read(orderIds: readonly string[]): Promise<readonly CrmOrder[]>;
  /** Activated and cancelled orders that were changed since, oldest change first, in pages. */
  changedSince(since: Instant): AsyncIterable<readonly CrmOrder[]>;
  /** Orders that were activated since and are still in the CRM, whatever became of them, in pages. */
  statedSince(since: Instant): AsyncIterable<readonly StatedCrmOrder[]>;
}

/** The CRM's changes as they happen. */
export interface ChangeFeed {
  open(replayId: Uint8Array | null, signal: AbortSignal): Promise<ChangeStream>;
}

export interface ChangeStream {
  /** Waits for the next changes. What was given before counts as taken in, and as many may follow. */
  next(): Promise<Fed>;
  close(): void;
}

export type Fed =
  /** `changes` may be empty: a sign of life. */
  | { readonly type: 'changes'; readonly changes: readonly (CrmChange | 'unreadable')[]; readonly replayId: Uint8Array }
  /** The CRM no longer has what came after our position. */
  | { readonly type: 'position-lost'; readonly detail: string }
  | { readonly type: 'ended'; readonly detail: string };

/** What the CRM is to show of orders: all that was reported of each, the later over the earlier. */
export interface ReportBook {
  /** Adds reports in their order. */
  add(tx: Transaction, reports: readonly Report[]): Promise<void>;
  /** What stands of these orders by now; one that nothing was reported of is missing. */
  shown(orderIds: readonly string[]): Promise<ReadonlyMap<string, Shown>>;
}

export interface Shown {
  readonly report: Report;
  /** Grows with each report of the order. */
  readonly version: number;
}

/** Tells the CRM, durably and after the commit. */
export interface Reports {
  ask(unit: Unit, reports: readonly AskedReport[]): Promise<void>;
}

export interface AskedReport {
  readonly report: Report;
  /** The event it follows from; the same one asks only once. */
  readonly cause: Cause;
}

export type { Log, Submit };
