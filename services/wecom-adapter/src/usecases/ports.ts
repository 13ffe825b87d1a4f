import type { Duration, Instant } from '@order-mesh/kernel';
import type { Cause, Transaction, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { RuleBook } from '@order-mesh/rulebook';
import type { DeadLetter } from '../domain/alert.ts';
import type { Approvers } from '../domain/approvers.ts';
import type { Card, Reading } from '../domain/card.ts';
import type { CardForm } from '../domain/form.ts';
import type { Notice } from '../domain/notices.ts';
import type { AlertRoles, Judged, Routed } from '../domain/routing.ts';

/** The cards of approval tasks. */
export interface CardBook {
  /** All cards of these orders, locked until the transaction ends. */
  ofOrders(tx: Transaction, orderIds: readonly string[]): Promise<readonly Card[]>;
  /** The cards of these tasks, locked until the transaction ends. */
  ofTasks(tx: Transaction, approvalIds: readonly string[]): Promise<readonly Card[]>;
  save(tx: Transaction, cards: readonly Card[]): Promise<void>;
  /** Open cards whose time to be looked at has come, longest waiting first; they are due again at `nextAt`. Those of another process are left out. */
  takeDue(tx: Transaction, due: { readonly now: Instant; readonly nextAt: Instant; readonly atMost: number }): Promise<readonly Card[]>;
  /** Whether `takeDue` would find any; cheap. */
  anyDue(now: Instant): Promise<boolean>;
}

/** What people are to be told; a key is told once. */
export interface AlertBook {
  /** Keys that are there stay as they are. What nobody is to be told counts as told. */
  note(tx: Transaction, alerts: readonly Judged[]): Promise<void>;
  /** Takes back what nobody was told yet. */
  drop(tx: Transaction, keys: readonly string[]): Promise<void>;
  /** What nobody was told yet, oldest first; told from then on. */
  takeUntold(tx: Transaction, now: Instant, atMost: number): Promise<readonly Routed[]>;
  /** Whether `takeUntold` would find any; cheap. */
  anyUntold(): Promise<boolean>;
  /** Removes what was told before; at most 1,000. */
  forget(tx: Transaction, toldBefore: Instant): Promise<void>;
  /** The number up to which all dead letters are noted; null before the first. */
  lastLetter(): Promise<string | null>;
  /** Remembers it; a lower number than before changes nothing. */
  keepLastLetter(tx: Transaction, id: string): Promise<void>;
}

/** The records that services could not take. */
export interface LetterFile {
  /** Those nobody has decided about, with a higher number than this one (all of them for null), since a moment; oldest first. */
  openAfter(id: string | null, most: { readonly since: Instant; readonly limit: number }): Promise<readonly DeadLetter[]>;
}

/** Which callbacks were heard. */
export interface CallbackBook {
  /** Notes a callback by its stamp; false when it was heard before. */
  isFirst(tx: Transaction, stamp: string, now: Instant): Promise<boolean>;
  /** Removes what was heard before; at most 1,000. */
  forget(tx: Transaction, heardBefore: Instant): Promise<void>;
}

type Caused<Ask> = Ask & { readonly cause: Cause };

/** A task has one card before those it is asked of, and another before those it is escalated to. */
export interface Copy {
  readonly copy: 'first' | 'escalated';
  readonly giveUpAt: Instant;
}

export interface ReadingWanted {
  readonly spNo: string;
  /** Two questions of one key are one while the first is open. */
  readonly key: string;
}

/** Puts cards before people; each answer comes later, once, through `settleCards`. */
export interface CardDesk {
  apply(unit: Unit, cards: readonly Caused<CardForm & Copy>[]): Promise<void>;
  /** Takes applications back that surely never reached WeCom; the others go on. */
  recall(unit: Unit, approvalIds: readonly string[]): Promise<void>;
  /** Asks how cards stand. */
  read(unit: Unit, readings: readonly Caused<ReadingWanted>[]): Promise<void>;
}

/** What WeCom answered, in the end. */
export type CardAnswer =
  | { readonly type: 'applied'; readonly approvalId: string; readonly outcome: Applied; readonly cause: Cause }
  | { readonly type: 'read'; readonly reading: Reading; readonly cause: Cause };

export type Applied = { readonly type: 'shown'; readonly spNo: string } | { readonly type: 'not-shown'; readonly detail: string };

/** Tells people something. */
export interface Messenger {
  tell(unit: Unit, notices: readonly Caused<Notice>[]): Promise<void>;
  /** Tells these users, or those who look after the mesh; `key` is told once. */
  alert(unit: Unit, message: { readonly key: string; readonly text: string; readonly users: readonly string[] | null }): Promise<void>;
}

export interface Ports {
  readonly cards: CardBook;
  readonly alerts: AlertBook;
  readonly callbacks: CallbackBook;
  /** The rules of `alert` that are in force. */
  readonly rules: RuleBook;
  readonly desk: CardDesk;
  readonly messenger: Messenger;
  readonly log: Log;
}

/** What the company has set up. */
export interface Setup {
  readonly approvers: Approvers;
  /** In whose name cards are applied for: nobody decides on his own. */
  readonly applicant: string;
  /** How a task records who decided. */
  readonly nameOf: (userid: string) => string;
  /** Who is told what rules say is for a role. */
  readonly alertRoles: AlertRoles;
  /** Pause between two looks at an open card. */
  readonly checkEvery: Duration;
}
