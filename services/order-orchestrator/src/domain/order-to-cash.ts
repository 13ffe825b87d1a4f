import { days, fen, hours, seconds } from '@order-mesh/kernel';
import {
  BookOrder, CancelDelivery, HoldCredit, LockStock, PlanDelivery, PriceOrder, ReleaseCredit, ReleasePrice, ReleaseStock, SignContract, UnbookOrder, VoidContract, type OrderPlaced, type Policy,
} from '@order-mesh/contracts';
import { saga, type Saga } from '@order-mesh/saga';
import { amendments, asksPerson, endings, undoPatience } from './every-version.ts';

/** From the order to the money: what is asked, what undoes it, how long it may take. */
export const orderToCash = (policy: Policy): Saga => saga('order-to-cash', 2, 'order', (order: OrderPlaced) => order.orderId)
  .step('price', {
    ask: PriceOrder,
    with: ({ order: { orderId, customerId, region, lines, amount }, approvalId, revision, startedAt }) => ({ orderId, customerId, region, lines, amount, approvalId, revision, startedAt }),
    undo: ReleasePrice,
    appeal: asksPerson(policy, 'price'),
    within: seconds(30),
    amend: 'ask-again',
  })
  .step('credit', {
    ask: HoldCredit,
    with: ({ order: { orderId, customerId }, price: { amount }, approvalId, revision, startedAt }) => ({ orderId, customerId, amount, approvalId, revision, startedAt }),
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
    with: ({ order: { orderId, customerId, customerName, region, lines, shipTo, placedAt }, price: { amount, discounts }, revision, startedAt }) => ({
      orderId, customerId, customerName, region, lines, amount, shipTo, placedAt, revision, discounts, startedAt,
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
    with: ({ order: { orderId, customerId, lines }, price: { amount, discounts }, contract: { contractId }, logistics: { waybill } }) => ({ orderId, customerId, lines, amount, contractId, waybill, discounts }),
    undo: UnbookOrder,
    within: hours(4),
  })
  .undoPatience(undoPatience)
  .amends(amendments)
  .ends(endings(policy, ({ price: { listAmount, amount } }) => ({ amount, discount: fen(listAmount - amount) })));
