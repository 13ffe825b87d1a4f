import { days, hours, minutes, seconds } from '@order-mesh/kernel';
import {
  BookOrder, CancelDelivery, HoldCredit, LockStock, PlanDelivery, ReleaseCredit, ReleaseStock, RequestApproval, SignContract, UnbookOrder,
  VoidContract, WithdrawApproval, longestWaitForApproval, type OrderPlaced, type Policy,
} from '@order-mesh/contracts';
import { saga, type Amendments, type Saga } from '@order-mesh/saga';

/** From the order to the money: what is asked, what undoes it, how long it may take. */
export const orderToCash = (policy: Policy): Saga => saga('order-to-cash', 1, 'order', (order: OrderPlaced) => order.orderId)
  .step('credit', {
    ask: HoldCredit,
    with: ({ order: { orderId, customerId, amount }, approvalId, revision, startedAt }) => ({ orderId, customerId, amount, approvalId, revision, startedAt }),
    undo: ReleaseCredit,
    appeal: {
      ask: RequestApproval,
      with: ({ order: { orderId, customerId, region, amount, placedBy = '' }, refusal: { reason, detail }, revision, now }) => ({
        orderId, customerId, region, amount, reason, detail, subject: 'credit', role: policy.credit.freezeOverturnedBy, revision,
        deadline: now + hours(policy.credit.approvalWithinHours), withinWorkingHours: policy.credit.approvalWithinWorkingHours, requestedBy: placedBy,
      }),
      // approvals knows the deadline and answers; only if it never does, this ends the wait
      undo: WithdrawApproval, within: longestWaitForApproval(policy),
    },
    within: seconds(30),
    amend: 'ask-again',
  })
  .step('stock', {
    ask: LockStock,
    with: ({ order: { orderId, lines }, revision }) => ({ orderId, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })), revision }),
    undo: ReleaseStock,
    within: seconds(30),
    amend: 'ask-again',
  })
  .step('contract', {
    ask: SignContract,
    with: ({ order: { orderId, customerId, customerName, region, lines, amount, shipTo, placedAt }, revision, startedAt }) => ({ orderId, customerId, customerName, region, lines, amount, shipTo, placedAt, revision, startedAt }),
    undo: VoidContract,
    within: days(7),
    amend: 'undo-first',
  })
  .step('logistics', {
    ask: PlanDelivery,
    with: ({ order: { orderId, customerId, customerName, shipTo, lines }, startedAt }) => ({ orderId, customerId, customerName, shipTo, lines, startedAt }),
    undo: CancelDelivery,
    within: hours(2),
  })
  .step('finance', {
    ask: BookOrder,
    with: ({ order: { orderId, customerId, lines, amount }, contract: { contractId }, logistics: { waybill } }) => ({ orderId, customerId, lines, amount, contractId, waybill }),
    undo: UnbookOrder,
    within: hours(4),
  })
  .undoPatience({ every: minutes(2), tries: 30 })
  .amends(amendments)
  .ends({
    confirmed: ({ order, contract, logistics, finance, now }) => ({
      type: 'OrderConfirmed',
      value: {
        ...origin(order), customerId: order.customerId, customerName: order.customerName, region: order.region, amount: order.amount,
        bookedAmount: finance.amount, contractId: contract.contractId, waybill: logistics.waybill, saleOrderCode: finance.saleOrderCode,
        receivableCode: finance.receivableCode, placedAt: order.placedAt, confirmedAt: now,
      },
    }),
    rejected: ({ order, now }, { step, reason, detail }) => ({ type: 'OrderRejected', value: { ...origin(order), step, reason, detail, at: now } }),
    cancelled: ({ order, now }, reason) => ({ type: 'OrderCancelled', value: { ...origin(order), reason, at: now } }),
    manual: ({ order, now }, { step, reason, detail }) => ({
      type: 'OrderNeedsAttention',
      value: { ...origin(order), step, reason, detail, owner: policy.cases.owner, at: now, dueAt: now + hours(policy.cases.dueWithinHours) },
    }),
  });

/** An order may be changed until its contract is signed. */
const amendments: Amendments<{ readonly order: OrderPlaced }> = {
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
