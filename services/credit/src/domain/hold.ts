import type { CreditEvidence, MessageOf } from '@order-mesh/contracts';
import { fen, never, type Fen } from '@order-mesh/kernel';
import { creditControl, toldOf, type DecisionRecord } from '@order-mesh/rules';
import { reviewCredit, type Account, type CreditRequest, type Refusal, type Terms } from './account.ts';

/** What became of one order's ask for credit. */
export type Hold = GrantedHold | RefusedHold | ReleasedHold;

/** `held` and `confirmed` count in the account; `invoiced` does not: its receivable counts instead. */
export interface GrantedHold extends CreditRequest {
  readonly status: 'held' | 'confirmed' | 'invoiced';
  /** What the customer owed or was promised with this order, when it was held. */
  readonly exposure: Fen;
  readonly limit: Fen;
  /** Null for what was held before rules were asked. */
  readonly record: DecisionRecord | null;
}

export interface RefusedHold extends CreditRequest {
  readonly status: 'refused';
  /** Null when rules were not asked. */
  readonly record: DecisionRecord | null;
  readonly reason: string;
  readonly detail: string;
  readonly appealable: boolean;
}

/** Undone for good: an ask that comes later was overtaken and is not carried out. */
export interface ReleasedHold {
  readonly status: 'released';
  readonly orderId: string;
}

/** What a decision changes; `account` is absent where the customer's books stay as they are. */
export interface Change {
  readonly hold: Hold;
  readonly account?: Account;
  /** The order was to be amended and may not: its hold stays as it is. */
  readonly refusal?: Refused;
}

interface Refused extends Refusal {
  /** Null when rules were not asked. */
  readonly record: DecisionRecord | null;
}

/** Answers an ask for credit. Asked again it changes nothing, unless it brings an approval that a refusal has not seen, or the order was amended. */
export function holdCredit(hold: Hold | undefined, account: Account | undefined, request: CreditRequest, terms: Terms): Change {
  if (hold && isAmendment(hold, request) && hold.status !== 'refused') return amendHold(hold, account, request, terms);
  if (hold && !isAppeal(hold, request) && !isAmendment(hold, request)) return { hold };
  const decision = reviewCredit(account, request, terms);
  // an approval that was seen once is not another one when the order is amended
  const asked = { ...request, approvalId: request.approvalId ?? seenBy(hold) };
  if (decision.type === 'refused') return { hold: { ...asked, ...decision.refusal, record: decision.record, status: 'refused' } };
  const granted: GrantedHold = { ...asked, status: 'held', exposure: decision.exposure, limit: decision.limit, record: decision.record };
  return { hold: granted, ...(account && { account: { ...account, held: account.held + request.amount } }) };
}

/** The order asks for another amount: less is always granted, more as if only the difference were asked for. */
function amendHold(hold: GrantedHold, account: Account | undefined, request: CreditRequest, terms: Terms): Change {
  if (hold.status !== 'held' || !account || hold.customerId !== request.customerId) return { hold, refusal: notAmendable(hold) };
  const freed = { ...account, held: account.held - hold.amount };
  const changed = { ...hold, ...request, approvalId: request.approvalId ?? hold.approvalId };
  const amended = { ...freed, held: freed.held + request.amount };
  if (request.amount >= 0n && request.amount <= hold.amount) return { hold: { ...changed, exposure: fen(hold.exposure - hold.amount + request.amount) }, account: amended };
  const decision = reviewCredit(freed, request, terms);
  if (decision.type === 'refused') return { hold, refusal: { ...decision.refusal, record: decision.record } };
  return { hold: { ...changed, exposure: decision.exposure, limit: decision.limit, record: decision.record }, account: amended };
}

const notAmendable = ({ status, customerId }: GrantedHold): Refused => (
  { reason: 'not-amendable', detail: `the credit of the order is ${status} for customer ${customerId} and can't be changed`, appealable: false, record: null });

/** Gives the credit of an order back; an order that never asked is remembered as released. */
export function releaseCredit(hold: Hold | undefined, account: Account | undefined, orderId: string): Change {
  const released: ReleasedHold = { status: 'released', orderId };
  return { hold: released, ...(hold && account && { account: withoutHold(account, hold) }) };
}

/** The order is confirmed: the hold stays until its receivable is seen. */
export function confirmHold(hold: Hold): Hold {
  return hold.status === 'held' ? { ...hold, status: 'confirmed' } : hold;
}

/** The receivable of the order counts from now on, so the hold no longer does. */
export function invoiceHold(hold: Hold, account: Account): Change {
  if (!isActive(hold)) return { hold, account };
  return { hold: { ...hold, status: 'invoiced' }, account: withoutHold(account, hold) };
}

/** The event that tells the orchestrator how its ask, of this revision, stands; with what people who are asked have to know. */
export function answerOf({ hold, refusal }: Change, asked: number, evidence: readonly CreditEvidence[] = []): MessageOf<'CreditHeld'> | MessageOf<'CreditRefused'> {
  const { orderId } = hold;
  if (refusal) {
    const { reason, detail, appealable, record } = refusal;
    return { type: 'CreditRefused', value: { orderId, reason, detail, appealable, revision: asked, decisions: toldOf(creditControl, record), evidence } };
  }
  switch (hold.status) {
    case 'held':
    case 'confirmed':
    case 'invoiced': {
      const { customerId, amount, exposure, limit, revision, record } = hold;
      return { type: 'CreditHeld', value: { orderId, customerId, amount, exposure, limit, revision, decisions: toldOf(creditControl, record) } };
    }
    case 'refused': {
      const { reason, detail, appealable, revision, record } = hold;
      return { type: 'CreditRefused', value: { orderId, reason, detail, appealable, revision, decisions: toldOf(creditControl, record), evidence } };
    }
    case 'released': {
      const detail = 'the credit of this order was given back; what is undone stays undone';
      return { type: 'CreditRefused', value: { orderId, reason: 'withdrawn', detail, appealable: false, revision: asked, decisions: [], evidence: [] } };
    }
    default: return never(hold);
  }
}

/** Whose freeze an answer puts to a person, and what it was decided on; null where nobody is asked. */
export function frozenIn({ hold, refusal }: Change): { readonly customerId: string; readonly record: DecisionRecord } | null {
  if (hold.status === 'released') return null;
  const by = refusal ?? (hold.status === 'refused' ? hold : null);
  return by?.appealable && by.record ? { customerId: hold.customerId, record: by.record } : null;
}

const isActive = (hold: Hold): hold is GrantedHold => hold.status === 'held' || hold.status === 'confirmed';

function isAmendment(hold: Hold, { revision }: CreditRequest): hold is GrantedHold | RefusedHold {
  return hold.status !== 'released' && revision > hold.revision;
}

function isAppeal(hold: Hold, request: CreditRequest): boolean {
  return hold.status === 'refused' && request.revision >= hold.revision && request.approvalId !== null && request.approvalId !== hold.approvalId;
}

const seenBy = (hold: Hold | undefined): string | null => (hold && hold.status !== 'released' ? hold.approvalId : null);

function withoutHold(account: Account, hold: Hold): Account {
  return isActive(hold) ? { ...account, held: account.held - hold.amount } : account;
}
