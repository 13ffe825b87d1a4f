import {
  longestWaitForApproval, RequestApproval, WithdrawApproval, type ContractSigned, type CreditEvidence, type DeliveryPlanned, type OrderBooked, type OrderPlaced, type OrderPriced, type Policy, type PriceEvidence,
} from '@order-mesh/contracts';
import { hours, minutes, type Fen } from '@order-mesh/kernel';
import type { Amendments, Appeal, Endings, UndoPatience } from '@order-mesh/saga';

// what the versions of the definition have in common

export interface Begun {
  readonly order: OrderPlaced;
}

interface Done extends Begun {
  readonly contract: ContractSigned;
  readonly logistics: DeliveryPlanned;
  readonly finance: OrderBooked;
}

/** What an order comes to. */
export interface Paid {
  readonly amount: Fen;
  /** What was taken off the prices it was ordered for. */
  readonly discount: Fen;
}

export const undoPatience: UndoPatience = { every: minutes(2), tries: 30 };

/** A person is asked whether a refusal stands. */
export const asksPerson = (policy: Policy, subject: 'price' | 'credit'): Appeal<Begun & { readonly price?: OrderPriced }, RequestApproval> => ({
  ask: RequestApproval, subject,
  with: ({ order: { orderId, customerId, region, amount, placedBy = '' }, price, refusal: { reason, detail }, evidence, revision, now }) => ({
    orderId, customerId, region, amount, reason, detail, subject, role: policy.credit.freezeOverturnedBy, revision,
    deadline: now + hours(policy.credit.approvalWithinHours), withinWorkingHours: policy.credit.approvalWithinWorkingHours, requestedBy: placedBy, ...evidenceIn(evidence, price),
  }),
  // approvals knows the deadline and answers; only if it never does, this ends the wait
  undo: WithdrawApproval, within: longestWaitForApproval(policy),
});

/** The evidence that came with a refusal, and the price that was found before; nothing of what an older release could not tell. */
function evidenceIn(told: unknown, price: OrderPriced | undefined): Pick<RequestApproval, 'evidence' | 'prices'> {
  const items: readonly unknown[] = Array.isArray(told) ? told : [];
  const prices = price ? [{ listAmount: price.listAmount, amount: price.amount, cost: price.cost ?? null }] : items.filter(isPriceEvidence);
  return { evidence: items.filter(isCreditEvidence), prices };
}

const isCreditEvidence = (told: unknown): told is CreditEvidence => typeof told === 'object' && told !== null && 'exposure' in told && 'ordersRefused' in told;

const isPriceEvidence = (told: unknown): told is PriceEvidence => typeof told === 'object' && told !== null && 'listAmount' in told && 'cost' in told;

/** How an order ends; `paid` tells what it came to. */
export const endings = <Known extends Done>(policy: Policy, paid: (known: Known) => Paid): Endings<Known, Begun> => ({
  confirmed: (known) => {
    const { order, contract, logistics, finance } = known;
    return {
      type: 'OrderConfirmed',
      value: {
        ...origin(order), customerId: order.customerId, customerName: order.customerName, region: order.region, ...paid(known), bookedAmount: finance.amount, contractId: contract.contractId,
        waybill: logistics.waybill, saleOrderCode: finance.saleOrderCode, receivableCode: finance.receivableCode, placedAt: order.placedAt, confirmedAt: known.now,
      },
    };
  },
  rejected: ({ order, now }, { step, reason, detail }) => ({ type: 'OrderRejected', value: { ...origin(order), step, reason, detail, at: now } }),
  cancelled: ({ order, now }, reason) => ({ type: 'OrderCancelled', value: { ...origin(order), reason, at: now } }),
  manual: ({ order, now }, { step, reason, detail }) => ({
    type: 'OrderNeedsAttention',
    value: { ...origin(order), step, reason, detail, owner: policy.cases.owner, at: now, dueAt: now + hours(policy.cases.dueWithinHours) },
  }),
});

/** An order may be changed until its contract is signed. */
export const amendments: Amendments<Begun> = {
  forbids: ({ order: before }, { order: after }) => {
    if (before.customerId !== after.customerId) return { reason: 'other-customer', detail: 'an order stays the order of its customer; cancel it and place another one' };
    return before.source === after.source ? null : { reason: 'other-source', detail: `the order came from ${before.source}, and only that can change it` };
  },
  accepted: ({ order, revision, now }, { order: before }) => ({
    type: 'OrderAmended',
    value: { ...origin(order), revision, lines: order.lines, amount: order.amount, amountBefore: before.amount, shipTo: order.shipTo, placedAt: order.placedAt, at: now },
  }),
  refused: ({ order, now }, { step, reason, detail }) => ({ type: 'AmendmentRefused', value: { ...origin(order), step, reason, detail, at: now } }),
};

function origin({ orderId, source, externalId }: OrderPlaced): Pick<OrderPlaced, 'orderId' | 'source' | 'externalId'> {
  return { orderId, source, externalId };
}
