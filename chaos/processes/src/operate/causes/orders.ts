import { until } from '@order-mesh/testing';
import { ownOrder, frozenOrder, plainOrder, type OrderBody } from '../../load/orders.ts';
import { send } from '../../faults/partners.ts';
import type { Cause, World } from './cause.ts';

const PLACED_WITHIN_MS = 60_000;

/** Places an order and waits until this has happened to it. */
export async function placed({ traffic, door }: World, order: OrderBody, happening: string): Promise<void> {
  traffic.place(order);
  await until(`${happening} of ${order.orderId}`, async () => (await door.gateway.order(order.orderId)).timeline.some(({ type }) => type === happening), PLACED_WITHIN_MS);
}

/** Makes an order at least so old where the orchestrator keeps it: no run waits for days. */
export async function setBack({ looker }: World, orderId: string, column: 'started_at' | 'updated_at', interval: string): Promise<void> {
  const rows = await looker.rows(`update order_orchestrator.saga set ${column} = least(${column}, now() - $2::interval) where order_id = $1 and deadline is not null returning 1`, [orderId, interval]);
  if (rows?.length !== 1) throw new Error(`order ${orderId} is not on its way`);
}

/** Nobody decides on a refusal. */
export function approvalOverdue(): Cause {
  const order = frozenOrder('operate-asked');
  return {
    condition: 'an order of a frozen customer waits for a decision; it is escalated after 12 s, and granted once the alert has fired',
    alerts: ['ApprovalOverdue'],
    untilFired: ['ApprovalOverdue'],
    async inject(world) {
      world.held.add(order.orderId);
      await placed(world, order, 'ApprovalRequested');
    },
    async heal({ door, held }) {
      const task = (await door.gateway.approvals({ status: 'open' })).find(({ orderId }) => orderId === order.orderId);
      if (task) await door.gateway.decide(task.approvalId, { decision: 'granted', comment: 'the alert has fired' });
      held.delete(order.orderId);
    },
  };
}

/** A customer who does not sign, for very long. */
export function oldestOrder(): Cause {
  const order = ownOrder('operate-old');
  const silent = async ({ stage }: World, names: readonly string[]): Promise<void> => {
    const response = await fetch(`${stage.directly.partners.esign}/_sim/settings`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ silent: names }) });
    if (!response.ok) throw new Error(`the signing provider answered ${response.status}`);
  };
  return {
    condition: 'an order waits for a customer who does not sign; its beginning is set back by 27 days in the database; it is cancelled',
    alerts: ['OldestOrder'],
    untilFired: ['OldestOrder'],
    async inject(world) {
      await silent(world, [order.customerId, order.customerName]);
      await placed(world, order, 'SignContract');
      await setBack(world, order.orderId, 'started_at', '27 days');
    },
    async heal(world) {
      await silent(world, []);
      await world.door.gateway.cancel(order.orderId, 'the alert has fired');
    },
  };
}

/** What SF says of a parcel that it has fetched. */
const FETCHED_ALREADY = { apiResultCode: 'A1000', apiErrorMsg: '', apiResponseID: 'x', apiResultData: JSON.stringify({ success: false, errorCode: '8039', errorMsg: 'fetched already', msgData: null }) };

/** An undo that is refused, and a case that nobody decides. */
export function casesOverdue(): Cause {
  const order = plainOrder('operate-case');
  return {
    condition: 'an order is cancelled and the carrier will not call its delivery off: a case, due after 10 s; the carrier gives in, and a person has it tried again',
    alerts: ['CasesOverdue'],
    untilFired: ['CasesOverdue'],
    async inject(world) {
      const { u8, carrier } = world.stage.directly.partners;
      await send(carrier, 'POST', { match: 'EXP_RECE_UPDATE_ORDER', body: FETCHED_ALREADY });
      await send(u8, 'POST', { match: 'saleorder/add', delayMs: 5_000, forMs: 60_000 });
      await placed(world, order, 'BookOrder');
      await world.door.gateway.cancel(order.orderId, 'the customer called');
      await send(u8, 'DELETE');
    },
    async heal({ stage, door }) {
      await send(stage.directly.partners.carrier, 'DELETE');
      await door.cases.resolve(order.orderId, 'retry-undo', 'the driver has turned round');
    },
  };
}
