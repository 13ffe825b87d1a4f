import { setTimeout as sleep } from 'node:timers/promises';
import { compareNow } from '@order-mesh/cli/parts';
import { u8Clerk } from '@order-mesh/u8-simulator';
import { until } from '@order-mesh/testing';
import { send } from '../../faults/partners.ts';
import { plainOrder } from '../../load/orders.ts';
import type { Cause, World } from './cause.ts';
import { placed, setBack } from './orders.ts';

const ENDS_WITHIN_MS = 90_000;

/** The ERP is away, and whoever would take deliveries back: orders stand before the one, undos before the other. */
export function u8Away(): Cause {
  const [standing, undoing] = [plainOrder('operate-standing'), plainOrder('operate-undoing')];
  return {
    condition: 'U8 answers 503 to everything, and the carrier to cancellations; of two orders that stand at U8 one is cancelled; both have stood for 20 minutes longer by the database; U8 and carrier answer again',
    alerts: ['PartnerAway', 'OrderStandsStill asked', 'OrderStandsStill undoing'],
    untilFired: ['PartnerAway', 'OrderStandsStill asked', 'OrderStandsStill undoing'],
    async inject(world) {
      const { u8, carrier } = world.stage.directly.partners;
      await send(u8, 'POST', { status: 503 });
      await send(carrier, 'POST', { match: 'EXP_RECE_UPDATE_ORDER', status: 503 });
      await Promise.all([standing, undoing].map((order) => placed(world, order, 'BookOrder')));
      await world.door.gateway.cancel(undoing.orderId, 'the customer called');
    },
    // an undo may take a step back before it stands at one
    async keepUp(world) {
      for (const { orderId } of [standing, undoing]) await setBack(world, orderId, 'updated_at', '20 minutes');
    },
    async heal({ stage, door }) {
      for (const url of [stage.directly.partners.u8, stage.directly.partners.carrier]) await send(url, 'DELETE');
      // what the carrier is told to do next must not meet this order
      await until(`${undoing.orderId} to be undone`, async () => (await door.gateway.order(undoing.orderId)).status === 'cancelled', ENDS_WITHIN_MS);
    },
  };
}

const PAUSED = 'salesforce';

/** A pause that somebody has forgotten. */
export function partnerPaused(): Cause {
  return {
    condition: `a person pauses the calls to ${PAUSED}, and has them go on once the alert has fired`,
    alerts: ['PartnerPaused'],
    untilFired: ['PartnerPaused'],
    inject: async ({ door }) => { await door.partners.pause(PAUSED, 'the CRM is being changed'); },
    heal: async ({ door }) => { await door.partners.resume(PAUSED); },
  };
}

/** Somebody works in the ERP past the mesh. */
export function booksDiffer(): Cause {
  const order = plainOrder('operate-closed');
  let code: string | undefined;
  return {
    condition: 'the sales order of a confirmed order is closed in U8 and the books are compared; it is opened again and they are compared once more',
    alerts: ['ReconciliationDrift'],
    untilFired: ['ReconciliationDrift'],
    async inject(world) {
      world.traffic.place(order);
      await until(`${order.orderId} to be confirmed`, async () => (await world.door.gateway.order(order.orderId)).status === 'confirmed', ENDS_WITHIN_MS);
      const clerk = await u8Clerk(world.stage.directly.partners.u8);
      code = (await clerk.documents('saleorder', order.orderId))[0]?.['code'];
      if (code === undefined) throw new Error(`U8 has no sales order of ${order.orderId}`);
      await clerk.move('saleorder', 'close', code);
      await comparedUntil(world, (open) => open > 0);
    },
    async heal(world) {
      if (code === undefined) return;
      await (await u8Clerk(world.stage.directly.partners.u8)).move('saleorder', 'open', code);
      await comparedUntil(world, (open) => open === 0);
    },
  };
}

const MOST_COMPARISONS = 10;
/** What has just changed may be on its way: the books are compared without it, for as long as the grace of the run. */
const COMPARED_AGAIN_AFTER_MS = 3_000;

async function comparedUntil({ door, signal }: World, isSo: (openDifferences: number) => boolean): Promise<void> {
  for (let times = 0; times < MOST_COMPARISONS; times += 1) {
    const { status, openDifferences, detail } = await compareNow(door.reconciliation, { progress: () => {} });
    if (status === 'failed') throw new Error(`the books were not compared: ${detail}`);
    if (isSo(openDifferences)) return;
    await sleep(COMPARED_AGAIN_AFTER_MS, undefined, { signal });
  }
  throw new Error(`compared ${MOST_COMPARISONS} times, the books do not tell what was changed`);
}
