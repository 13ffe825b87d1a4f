import fc from 'fast-check';
import { days, never, type Instant } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { amend, confirmed, counted, lock, NOON, release, type stockDesk } from './scene.ts';

export const ORDERS = ['O1', 'O2', 'O3', 'O4', 'O5'] as const;
export const SKUS = ['PEN', 'INK'] as const;
export const WAREHOUSES = ['W1', 'W2'] as const;

export type Step =
  | { readonly do: 'lock'; readonly orderId: string; readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }
  | { readonly do: 'amend'; readonly orderId: string; readonly revision: number; readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }
  | { readonly do: 'release' | 'confirm'; readonly orderId: string }
  | { readonly do: 'count'; readonly sku: string; readonly warehouse: string; readonly onHand: number }
  | { readonly do: 'wait'; readonly days: number };

export const order = fc.constantFrom(...ORDERS);
const lines = fc.array(fc.record({ sku: fc.constantFrom(...SKUS), quantity: fc.integer({ min: 1, max: 12 }) }), { minLength: 1, maxLength: 3 });
export const ask = fc.record({ do: fc.constant('lock' as const), orderId: order, lines });
const reAsk = fc.record({ do: fc.constant('amend' as const), orderId: order, revision: fc.integer({ min: 1, max: 4 }), lines });
export const undo = fc.record({ do: fc.constantFrom('release' as const, 'confirm' as const), orderId: order });
const recount = fc.record({
  do: fc.constant('count' as const), sku: fc.constantFrom(...SKUS), warehouse: fc.constantFrom(...WAREHOUSES), onHand: fc.integer({ min: 0, max: 20 }),
});
export const wait = fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 11 }) });
/** Anything that may happen, in any order. */
export const step: fc.Arbitrary<Step> = fc.oneof({ weight: 4, arbitrary: ask }, { weight: 2, arbitrary: undo }, { weight: 2, arbitrary: reAsk }, recount, wait);

export type Desk = ReturnType<typeof stockDesk>;

/** Plays a story at a desk and returns every answer given, in order. */
export async function play(story: readonly Step[], desk: Desk): Promise<readonly Outgoing[]> {
  for (const sku of SKUS) for (const warehouse of WAREHOUSES) await desk.masterData(counted(sku, 10, { warehouse, safetyStock: 3 }));
  const sent: Outgoing[] = [];
  let now = NOON;
  for (const one of story) {
    now += one.do === 'wait' ? days(one.days) : 1;
    desk.setNow(now);
    sent.push(...await take(desk, one, now));
  }
  return sent;
}

function take(desk: Desk, one: Step, now: Instant): Promise<readonly Outgoing[]> {
  switch (one.do) {
    case 'lock': return desk.commands(lock(one.orderId, ...one.lines));
    case 'amend': return desk.commands(amend(one.orderId, one.revision, ...one.lines));
    case 'release': return desk.commands(release(one.orderId));
    case 'confirm': return desk.orders(confirmed(one.orderId));
    case 'count': return desk.masterData(counted(one.sku, one.onHand, { warehouse: one.warehouse, safetyStock: 3, changedAt: now }));
    case 'wait': return desk.expire();
    default: return never(one);
  }
}
