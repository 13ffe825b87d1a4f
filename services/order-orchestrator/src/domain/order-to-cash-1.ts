import { days, fen, hours, seconds } from '@order-mesh/kernel';
import {
  BookOrder, CancelDelivery, HoldCredit, LockStock, PlanDelivery, ReleaseCredit, ReleaseStock, SignContract, UnbookOrder, VoidContract, type OrderPlaced, type Policy,
} from '@order-mesh/contracts';
import { saga, type Saga } from '@order-mesh/saga';
import { amendments, asksPerson, endings, undoPatience } from './every-version.ts';

/** The first version, which knew no prices but those it was ordered for: for orders that began with it. */
export const orderToCash1 = (policy: Policy): Saga => saga('order-to-cash', 1, 'order', (order: OrderPlaced) => order.orderId)
  .step('credit', {
    ask: HoldCredit,
    with: ({ order: { orderId, customerId, amount }, approvalId, revision, startedAt }) => ({ orderId, customerId, amount, approvalId, revision, startedAt }),
    undo: ReleaseCredit,
    appeal: asksPerson(policy, 'credit'),
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
    with: ({ order: { orderId, customerId, customerName, region, lines, amount, shipTo, placedAt }, revision, startedAt }) => ({
      orderId, customerId, customerName, region, lines, amount, shipTo, placedAt, revision, discounts: [], startedAt,
    }),
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
    with: ({ order: { orderId, customerId, lines, amount }, contract: { contractId }, logistics: { waybill } }) => ({ orderId, customerId, lines, amount, contractId, waybill, discounts: [] }),
    undo: UnbookOrder,
    within: hours(4),
  })
  .undoPatience(undoPatience)
  .amends(amendments)
  .ends(endings(policy, ({ order }) => ({ amount: order.amount, discount: fen(0) })));
