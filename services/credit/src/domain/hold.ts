import type { MessageOf } from '@order-mesh/contracts';
import { never, type Fen } from '@order-mesh/kernel';
import { reviewCredit, type Account, type CreditRequest, type Terms } from './account.ts';

/** What became of one order's ask for credit. */
export type Hold = GrantedHold | RefusedHold | ReleasedHold;

/** `held` and `confirmed` count in the account; `invoiced` does not: its receivable counts instead. */
export interface GrantedHold extends CreditRequest {
  readonly status: 'held' | 'confirmed' | 'invoiced';
  /** What the customer owed or was promised with this order, when it was held. */
  readonly exposure: Fen;
  readonly limit: Fen;
}

export interface RefusedHold extends CreditRequest {
  readonly status: 'refused';
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
}

/** Answers an ask for credit. Asked again it changes nothing, unless it brings an approval that a refusal has not seen. */
export function holdCredit(hold: Hold | undefined, account: Account | undefined, request: CreditRequest, terms: Terms): Change {
  if (hold && !isAppeal(hold, request)) return { hold };
  const decision = reviewCredit(account, request, terms);
  if (decision.type === 'refused') return { hold: { ...request, ...decision.refusal, status: 'refused' } };
  const granted: GrantedHold = { ...request, status: 'held', exposure: decision.exposure, limit: decision.limit };
  return { hold: granted, ...(account && { account: { ...account, held: account.held + request.amount } }) };
}

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

/** The event that tells the orchestrator how its ask stands. */
export function answerOf(hold: Hold): MessageOf<'CreditHeld'> | MessageOf<'CreditRefused'> {
  const { orderId } = hold;
  switch (hold.status) {
    case 'held':
    case 'confirmed':
    case 'invoiced': {
      const { customerId, amount, exposure, limit } = hold;
      return { type: 'CreditHeld', value: { orderId, customerId, amount, exposure, limit } };
    }
    case 'refused': {
      const { reason, detail, appealable } = hold;
      return { type: 'CreditRefused', value: { orderId, reason, detail, appealable } };
    }
    case 'released': {
      const detail = 'the credit of this order was given back; what is undone stays undone';
      return { type: 'CreditRefused', value: { orderId, reason: 'withdrawn', detail, appealable: false } };
    }
    default: return never(hold);
  }
}

const isActive = (hold: Hold): hold is GrantedHold => hold.status === 'held' || hold.status === 'confirmed';

function isAppeal(hold: Hold, request: CreditRequest): boolean {
  return hold.status === 'refused' && request.approvalId !== null && request.approvalId !== hold.approvalId;
}

function withoutHold(account: Account, hold: Hold): Account {
  return isActive(hold) ? { ...account, held: account.held - hold.amount } : account;
}
