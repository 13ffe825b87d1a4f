import fc from 'fast-check';
import { never } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { firstOrder, linesOf, price, published, release, rulesAt, type pricingDesk } from './scene.ts';

export const ORDERS = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6'] as const;
export const CUSTOMERS = ['C1', 'C2', 'C3'] as const;
/** What a budget can be: none, or room for one, two or three orders. */
const BUDGETS = [0, 3_000, 6_000, 9_500] as const;

export type Step =
  | { readonly do: 'price'; readonly orderId: string; readonly units: number; readonly revision: number; readonly isApproved: boolean }
  | { readonly do: 'release'; readonly orderId: string }
  | { readonly do: 'publish'; readonly budget: number };

const order = fc.constantFrom(...ORDERS);
/** Anything that may happen, in any order. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('price' as const), orderId: order, units: fc.integer({ min: 1, max: 60 }), revision: fc.integer({ min: 0, max: 3 }), isApproved: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), orderId: order }) },
  fc.record({ do: fc.constant('publish' as const), budget: fc.constantFrom(...BUDGETS) }),
);

export type Desk = ReturnType<typeof pricingDesk>;

/** Orders of more than forty units are put to a person. */
export const ANOMALY = rulesAt('anomaly', { id: 'many', when: { quantity: '> 40' }, then: { verdict: 'ask', because: 'unusual-quantity' } });

/** Each order has a customer of its own for good. */
const customerOf = (orderId: string): string => CUSTOMERS[Number(orderId.slice(1)) % CUSTOMERS.length] ?? 'C1';

/** Plays a story; returns what was sent, step by step. */
export async function play(story: readonly Step[], desk: Desk): Promise<readonly (readonly Outgoing[])[]> {
  const told: (readonly Outgoing[])[] = [];
  let version = 1;
  for (const one of story) {
    switch (one.do) {
      case 'price': {
        const { orderId, units, revision, isApproved } = one;
        told.push(await desk.commands(price(orderId, 0, { customerId: customerOf(orderId), lines: linesOf([units, 1_000], [1, 333]), revision, approvalId: isApproved ? `${orderId}:price` : null })));
        break;
      }
      case 'release': told.push(await desk.commands(release(one.orderId))); break;
      case 'publish':
        version += 1;
        await desk.published(published(version, firstOrder(one.budget)));
        break;
      default: never(one);
    }
  }
  return told;
}
