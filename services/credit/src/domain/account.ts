import { fen, type Fen, type Instant } from '@order-mesh/kernel';
import { shanghaiDay, yuan } from './words.ts';

/** What one customer owes and may owe. */
export interface Account {
  readonly customerId: string;
  /** Null until the ERP has named the customer: a receivable may be heard of first. */
  readonly limit: CreditLimit | null;
  /** Sum of what is open on receivables, in fen. Plain bigint: a sum of strange documents must not stop the service. */
  readonly owed: bigint;
  /** Sum of the active holds, in fen. */
  readonly held: bigint;
  /** When the oldest receivable that is still open was due. */
  readonly oldestDueAt: Instant | null;
}

export interface CreditLimit {
  readonly amount: Fen;
  readonly changedAt: Instant;
}

export interface CreditRequest {
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Fen;
  /** The approval that overturns a freeze, if any. */
  readonly approvalId: string | null;
  /** How often the order was amended before. */
  readonly revision: number;
}

/** What a decision depends on besides the account and the request. */
export interface Terms {
  readonly now: Instant;
  readonly freezeAfterDaysOverdue: number;
}

export type CreditDecision =
  | { readonly type: 'granted'; readonly exposure: Fen; readonly limit: Fen }
  | { readonly type: 'refused'; readonly refusal: Refusal };

export interface Refusal {
  readonly reason: 'unknown-customer' | 'bad-amount' | 'over-limit' | 'overdue' | 'not-amendable';
  readonly detail: string;
  /** Whether an approval may overturn it. */
  readonly appealable: boolean;
}

/** Everything the customer owes or is promised, in fen. */
export const exposureOf = (account: Account): bigint => account.owed + account.held;

/**
 * May this customer owe us this much more? The limit comes first, because nobody may overturn it;
 * a frozen account comes second, because an approval may.
 */
export function reviewCredit(account: Account | undefined, request: CreditRequest, terms: Terms): CreditDecision {
  if (request.amount < 0n) return refuse('bad-amount', `an order adds 0.00 CNY or more, got ${yuan(request.amount)}`);
  if (!account?.limit) return refuse('unknown-customer', `customer ${request.customerId} is not known to the ERP`);

  const exposure = exposureOf(account) + request.amount;
  const limit = account.limit.amount;
  if (exposure > limit) return refuse('over-limit', overLimit(account, request, limit));

  const daysOverdue = overdueDays(account, terms.now);
  if (daysOverdue > terms.freezeAfterDaysOverdue && request.approvalId === null) {
    return refuse('overdue', `oldest open receivable is ${daysOverdue} days overdue, at most ${terms.freezeAfterDaysOverdue} are allowed`);
  }
  return { type: 'granted', exposure: fen(exposure), limit };
}

/** Whole calendar days in Asia/Shanghai since the oldest open receivable was due; 0 when nothing is late. */
export function overdueDays(account: Account, now: Instant): number {
  if (account.oldestDueAt === null) return 0;
  return Math.max(0, shanghaiDay(now) - shanghaiDay(account.oldestDueAt));
}

function overLimit(account: Account, request: CreditRequest, limit: Fen): string {
  const exposure = exposureOf(account);
  return `would owe ${yuan(exposure + request.amount)} of ${yuan(limit)} allowed: ${yuan(exposure)} owed or promised, ${yuan(request.amount)} asked`;
}

function refuse(reason: Refusal['reason'], detail: string): CreditDecision {
  return { type: 'refused', refusal: { reason, detail, appealable: reason === 'overdue' } };
}
