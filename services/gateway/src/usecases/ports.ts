import type { Address, OrderRecorded } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { ApprovalItem, ApprovalStatus, ApprovalView } from '../domain/approval-view.ts';
import type { Caller, Reach } from '../domain/caller.ts';
import type { CaseItem, CaseStatus, CaseView } from '../domain/case-view.ts';
import type { DelegationItem, DelegationView } from '../domain/delegation-view.ts';
import type { ImportItem, ImportView } from '../domain/import-view.ts';
import type { OrderItem, OrderStatus } from '../domain/order-item.ts';
import type { OrderView } from '../domain/order-view.ts';
import type { DifferenceItem, DifferenceStatus, RunItem } from '../domain/reconciliation-view.ts';
import type { Entry, Json } from '../domain/timeline.ts';

/** An order's view as it is kept; `version` goes up by one with each change. */
export interface KeptOrder {
  readonly view: OrderView;
  readonly version: number;
}

/** The views, as they are written. */
export interface ViewBook {
  /** Takes the rows for this batch: nobody else changes them until it ends. Orders never heard of are absent; goods stay in the store. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, KeptOrder>>;
  /** Keeps new versions; goods of null leave those in the store. Throws OFFSET_MOVED when one was written elsewhere meanwhile. */
  save(tx: Transaction, orders: readonly KeptOrder[]): Promise<void>;
  /** All tasks of these orders; safe to change by whoever has loaded the orders. */
  loadApprovals(tx: Transaction, orderIds: readonly string[]): Promise<readonly ApprovalView[]>;
  saveApprovals(tx: Transaction, approvals: readonly ApprovalView[]): Promise<void>;
  /** By their number; those nobody has heard of are absent. */
  findApprovals(tx: Transaction, approvalIds: readonly string[]): Promise<ReadonlyMap<string, ApprovalView>>;
  /** Adds what the timelines do not have yet. */
  note(tx: Transaction, entries: readonly Entry[]): Promise<void>;
  /** Adds what is not recorded yet. */
  record(tx: Transaction, orders: readonly OrderRecorded[]): Promise<void>;
}

/** The views of cases, as they are written. */
export interface CaseViews {
  /** Safe to change by whoever has loaded the orders. */
  load(tx: Transaction, orderIds: readonly string[]): Promise<readonly CaseView[]>;
  save(tx: Transaction, cases: readonly CaseView[]): Promise<void>;
}

export interface CaseFilter {
  /** All but the closed ones when absent. */
  readonly status?: CaseStatus;
  /** Only those past their deadline and not closed. */
  readonly overdue?: boolean;
  readonly owner?: string;
  readonly assignee?: string;
  readonly after?: Place;
  readonly limit: number;
}

/** The views of cases, as they are read; outside of any batch. */
export interface CaseReader {
  /** Most urgent first. */
  cases(filter: CaseFilter): Promise<readonly CaseItem[]>;
  case(orderId: string): Promise<CaseItem | null>;
}

/** The views of imports, as they are written. */
export interface ImportViews {
  /** The one that was asked for last. */
  newest(tx: Transaction): Promise<ImportView | null>;
  load(tx: Transaction, importIds: readonly string[]): Promise<readonly ImportView[]>;
  /** Keeps what is newer than what is kept. */
  save(tx: Transaction, views: readonly ImportView[]): Promise<void>;
}

/** The views of imports, as they are read; outside of any batch. */
export interface ImportReader {
  /** Newest first. */
  imports(filter: { readonly after?: Place; readonly limit: number }): Promise<readonly ImportItem[]>;
  import(importId: string): Promise<ImportItem | null>;
}

/** The views of delegations, as they are written. */
export interface DelegationViews {
  load(tx: Transaction, delegationIds: readonly string[]): Promise<readonly DelegationView[]>;
  /** Keeps what is newer than what is kept. */
  save(tx: Transaction, views: readonly DelegationView[]): Promise<void>;
}

/** The views of delegations, as they are read; outside of any batch. */
export interface DelegationReader {
  /** The one that ends last first. */
  delegations(filter: { readonly after?: Place; readonly limit: number }): Promise<readonly DelegationItem[]>;
  delegation(delegationId: string): Promise<DelegationItem | null>;
  /** Those that last beyond a moment, whoever is the deputy; the 1,000 that end last. */
  lasting(beyond: Instant): Promise<readonly DelegationItem[]>;
}

/** The answer that was given under an idempotency key, to a request whose body had this digest. */
export interface KeptAnswer {
  readonly key: string;
  readonly bodyDigest: string;
  readonly answer: Json;
}

export interface KeyBook {
  /** What is known of each key; free ones are absent and ours until the transaction ends. 'elsewhere': somebody else answers it right now. */
  take(tx: Transaction, keys: readonly string[]): Promise<ReadonlyMap<string, KeptAnswer | 'elsewhere'>>;
  /** Throws OFFSET_MOVED when a key was used elsewhere meanwhile. */
  keep(tx: Transaction, answers: readonly KeptAnswer[], now: Instant): Promise<void>;
  /** Puts another answer in the place of what is kept under its key. */
  replace(tx: Transaction, answer: KeptAnswer): Promise<void>;
  /** Forgets `atMost` keys older than `before`; tells how many. */
  forget(tx: Transaction, before: Instant, atMost: number): Promise<number>;
}

/** Whose orders, and where they go. */
export interface Delivery {
  readonly orderId: string;
  readonly customerId: string;
  readonly shipTo: Address;
}

/** A key of contacts that was destroyed; `isNew` false where it had been before. */
export interface ErasedKey {
  readonly key: string;
  readonly customerId: string;
  readonly isNew: boolean;
}

/** Seals contacts, opens them and has them forgotten. */
export interface Contacts {
  /** The addresses as they may travel, in their order. The same delivery gives the same bytes. */
  seal(tx: Transaction, deliveries: readonly Delivery[]): Promise<readonly Address[]>;
  open(orderId: string, address: Address): Promise<{ readonly type: 'open'; readonly address: Address } | { readonly type: 'erased' | 'unreadable' }>;
  erase(tx: Transaction, what: { readonly keys: readonly string[] } | { readonly customerId: string }): Promise<readonly ErasedKey[]>;
}

/** What the views know of sealed contacts. */
export interface ContactViews {
  /** The keys that an order's messages name, of its first address and of those it was amended to; null for an order nobody has heard of. */
  keysOf(tx: Transaction, orderId: string): Promise<{ readonly customerId: string; readonly keys: readonly string[] } | null>;
  /** Orders of the customer that have not ended, a few of them; all, or those whose address is sealed under one of these keys. */
  openOrders(tx: Transaction, customerId: string, keys: readonly string[] | null): Promise<readonly string[]>;
}

/** Where a page begins: after this place in the order of the list. */
export interface Place {
  readonly at: Instant;
  readonly id: string;
}

export interface OrderFilter {
  readonly reach: Reach;
  readonly status?: OrderStatus;
  readonly customer?: string;
  readonly source?: string;
  /** Start of an order's number here or there, or part of the customer's name. */
  readonly q?: string;
  readonly after?: Place;
  readonly limit: number;
}

export interface ApprovalFilter {
  readonly reach: Reach;
  readonly status?: ApprovalStatus;
  readonly after?: Place;
  readonly limit: number;
}

export interface OrderDetail {
  readonly item: OrderItem;
  readonly goods: Json;
  readonly entries: readonly Entry[];
}

/** Half open: `from` belongs to it, `to` does not. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** The views, as they are read; outside of any batch. */
export interface Reader {
  /** Newest first. */
  orders(filter: OrderFilter): Promise<readonly OrderItem[]>;
  order(orderId: string): Promise<OrderDetail | null>;
  /** Most urgent first. */
  approvals(filter: ApprovalFilter): Promise<readonly ApprovalItem[]>;
  approval(approvalId: string): Promise<ApprovalItem | null>;
  /** Oldest first, `limit` of them after a place. */
  confirmed(span: Span, after: Place | null, limit: number): Promise<readonly OrderRecorded[]>;
}

/** A difference as it was told, and which telling it was. */
export interface KeptDifference {
  readonly item: DifferenceItem;
  readonly version: number;
}

/** The views of reconciliations, as they are written. */
export interface ReconciliationViews {
  loadRuns(tx: Transaction, runIds: readonly string[]): Promise<readonly RunItem[]>;
  saveRuns(tx: Transaction, runs: readonly RunItem[]): Promise<void>;
  /** Forgets runs that ended, and differences that had gone, before this moment. */
  forget(tx: Transaction, before: Instant): Promise<void>;
  /** True while a run has begun and not ended. */
  isRunning(tx: Transaction): Promise<boolean>;
  findDifference(tx: Transaction, differenceId: string): Promise<DifferenceItem | null>;
  /** Keeps what is newer than what is known. */
  saveDifferences(tx: Transaction, differences: readonly KeptDifference[]): Promise<void>;
}

export interface DifferenceFilter {
  /** Those that wait for somebody or something when absent. */
  readonly status?: DifferenceStatus;
  readonly orderId?: string;
  readonly after?: string;
  readonly limit: number;
}

/** The views of reconciliations, as they are read; outside of any batch. */
export interface ReconciliationReader {
  run(runId: string): Promise<RunItem | null>;
  /** The run under way and the last one that ended. */
  latest(): Promise<{ readonly underWay: RunItem | null; readonly lastRun: RunItem | null }>;
  /** In the order of their numbers. */
  differences(filter: DifferenceFilter): Promise<readonly DifferenceItem[]>;
}

/** What became of a token that was shown. */
export type TokenRead =
  | { readonly type: 'read'; readonly caller: Caller }
  | { readonly type: 'refused'; readonly why: string }
  /** Nobody can tell at the moment. */
  | { readonly type: 'unavailable'; readonly why: string; readonly cause: unknown };

/** Tells whose an access token is. */
export interface TokenReader {
  /** Whose it is, when it was read a short while ago. */
  known(token: string): Caller | null;
  /** Never rejects. */
  read(token: string): Promise<TokenRead>;
  /** Why no token can be read, as long as none can. */
  obstacle(): string | null;
  /** Gets what tokens are read by. Rejects when it cannot be had. */
  prepare(): Promise<void>;
}
