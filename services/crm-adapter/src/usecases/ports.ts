import type { Instant } from '@order-mesh/kernel';
import type { Cause, Transaction, Unit } from '@order-mesh/messaging';
import type { Log, Submit } from '@order-mesh/platform';
import type { CrmChange } from '../domain/change.ts';
import type { CrmOrder } from '../domain/crm-order.ts';
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
}

/** The orders in the CRM, as they stand now. Throws PARTNER_UNREACHABLE or PARTNER_BROKEN. */
export interface CrmOrders {
  read(orderIds: readonly string[]): Promise<readonly CrmOrder[]>;
  /** Activated and cancelled orders that were changed since, oldest change first, in pages. */
  changedSince(since: Instant): AsyncIterable<readonly CrmOrder[]>;
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
