import { fen, hours, minutes, seconds } from '@order-mesh/kernel';
import {
  CancelDelivery, HoldCredit, LockStock, PlanDelivery, ReleaseCredit, ReleaseStock, RequestApproval, WithdrawApproval, type OrderPlaced,
} from '@order-mesh/contracts';
import { saga } from './index.ts';

const shipTo = { contact: '王芳', phone: '13800000000', region: '上海', city: '上海', street: '南京路 1 号' };

export const placed: OrderPlaced = {
  orderId: 'o1', source: 'test', externalId: 'x1', customerId: 'C1', customerName: '海风商贸', region: '上海',
  lines: [{ lineNo: 1, sku: 'P1', name: 'LANTERN', quantity: 2, unit: 'PCS', unitPrice: fen(500), amount: fen(1_000) }],
  amount: fen(1_000), shipTo, placedAt: 0, placedBy: '',
};

/** Three steps are enough to see every turn the machine can take. */
export const example = saga('example', 1, 'order', (order: OrderPlaced) => order.orderId)
  .step('credit', {
    ask: HoldCredit,
    with: ({ order, approvalId, revision, startedAt }) => ({ orderId: order.orderId, customerId: order.customerId, amount: order.amount, approvalId, revision, startedAt }),
    undo: ReleaseCredit,
    appeal: {
      ask: RequestApproval,
      with: ({ order, refusal, revision, now }) => ({
        orderId: order.orderId, subject: 'credit', customerId: order.customerId, region: order.region, amount: order.amount,
        reason: refusal.reason, detail: refusal.detail, role: 'regional-manager', deadline: now + hours(24), revision,
      }),
      undo: WithdrawApproval,
      within: hours(25),
    },
    within: seconds(30),
    amend: 'ask-again',
  })
  .step('stock', {
    ask: LockStock,
    with: ({ order, revision }) => ({ orderId: order.orderId, lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })), revision }),
    undo: ReleaseStock,
    within: seconds(30),
    amend: 'ask-again',
  })
  .step('logistics', {
    ask: PlanDelivery,
    with: ({ order }) => ({ orderId: order.orderId, customerName: order.customerName, shipTo: order.shipTo, lines: order.lines }),
    undo: CancelDelivery,
    within: hours(2),
  })
  .amends({
    forbids: (before, after) => (before.order.customerId === after.order.customerId ? null : { reason: 'other-customer', detail: 'an order stays its customer\'s' }),
    accepted: ({ order, revision }, before) => ({
      type: 'OrderAmended',
      value: {
        orderId: 'o1', source: '', externalId: '', revision, lines: order.lines, amount: order.amount, amountBefore: before.order.amount, shipTo: order.shipTo, placedAt: order.placedAt, at: 0,
      },
    }),
    refused: (_, { step, reason, detail }) => ({ type: 'AmendmentRefused', value: { orderId: 'o1', source: '', externalId: '', step, reason, detail, at: 0 } }),
  })
  .undoPatience({ every: minutes(1), tries: 3 })
  .ends({
    confirmed: ({ order, credit, logistics, now }) => ({
      type: 'OrderConfirmed',
      value: {
        orderId: order.orderId, source: order.source, externalId: order.externalId, customerId: order.customerId, customerName: order.customerName,
        region: order.region, amount: credit.amount, bookedAmount: credit.amount, contractId: '', waybill: logistics.waybill, saleOrderCode: '',
        receivableCode: '', placedAt: order.placedAt, confirmedAt: now, discount: fen(0),
      },
    }),
    rejected: (_, { step, reason, detail }) => ({ type: 'OrderRejected', value: { orderId: 'o1', source: '', externalId: '', step, reason, detail, at: 0 } }),
    cancelled: (_, reason) => ({ type: 'OrderCancelled', value: { orderId: 'o1', source: '', externalId: '', reason, at: 0 } }),
    manual: (_, { step, reason, detail }) => ({
      type: 'OrderNeedsAttention',
      value: { orderId: 'o1', source: '', externalId: '', step, reason, detail, owner: 'operations', at: 0, dueAt: 0 },
    }),
  });
