import { fen, type Fen, type Instant } from '@order-mesh/kernel';
import { creditControl, decideOn, factsFor, type CompiledRules, type DecisionRecord } from '@order-mesh/rules';
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
  /** When the order came to the mesh. */
  readonly startedAt: Instant;
}

/** What a decision depends on besides the account and the request. */
export interface Terms {
  readonly now: Instant;
  readonly rules: Pick<CompiledRules, 'decide'>;
}

export type CreditDecision =
  | { readonly type: 'granted'; readonly exposure: Fen; readonly limit: Fen; readonly record: DecisionRecord }
  /** `record` is null when rules were not asked. */
  | { readonly type: 'refused'; readonly refusal: Refusal; readonly record: DecisionRecord | null };

export interface Refusal {
  /** One of the fixed ones, or what a rule says. */
  readonly reason: string;
  readonly detail: string;
  /** Whether an approval may overturn it. */
  readonly appealable: boolean;
}

/** Everything the customer owes or is promised, in fen. */
export const exposureOf = (account: Account): bigint => account.owed + account.held;

type FixedReason = 'unknown-customer' | 'bad-amount' | 'over-limit';

/**
 * May this customer owe us this much more? The limit comes first, because nobody may overturn it; the rules of credit control come second, because an approval may, where
 * they ask for one.
 */
export function reviewCredit(account: Account | undefined, request: CreditRequest, terms: Terms): CreditDecision {
  if (request.amount < 0n) return refuse('bad-amount', `an order adds 0.00 CNY or more, got ${yuan(request.amount)}`);
  if (!account?.limit) return refuse('unknown-customer', `customer ${request.customerId} is not known to the ERP`);

  const exposure = exposureOf(account) + request.amount;
  const limit = account.limit.amount;
  if (exposure > limit) return refuse('over-limit', overLimit(account, request, limit));

  const record = decideOn(terms.rules, factsOf(account, request, terms), { now: terms.now, placedAt: request.startedAt, about: request.orderId });
  const { verdict, because } = record.said;
  if (verdict === 'refuse' || (verdict === 'ask' && request.approvalId === null)) {
    return { type: 'refused', refusal: { reason: String(because), detail: detailOf(record, exposure, limit), appealable: verdict === 'ask' }, record };
  }
  return { type: 'granted', exposure: fen(exposure), limit, record };
}

/** What the rules of credit control are told. */
function factsOf(account: Account, { customerId, amount }: CreditRequest, { now }: Terms): DecisionRecord['facts'] {
  return factsFor(creditControl, { customerId, daysOverdue: overdueDays(account, now), amount, exposure: exposureOf(account) + amount, limit: account.limit?.amount ?? 0n });
}

function detailOf({ facts, rule }: DecisionRecord, exposure: bigint, limit: Fen): string {
  return `rule ${rule ?? 'none'}: oldest open receivable is ${String(facts['daysOverdue'])} days overdue, would owe ${yuan(exposure)} of ${yuan(limit)} allowed`;
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

function refuse(reason: FixedReason, detail: string): CreditDecision {
  return { type: 'refused', refusal: { reason, detail, appealable: false }, record: null };
}
