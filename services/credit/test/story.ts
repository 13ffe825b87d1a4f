import fc from 'fast-check';
import { days, fen, never } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { confirmed, customer, hold, NOON, receivable, release, type creditDesk } from './scene.ts';

export const ORDERS = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6'] as const;
export const LIMIT = 1_000n;

export type Step =
  | { readonly do: 'hold' | 'appeal'; readonly orderId: string; readonly amount: number }
  | { readonly do: 'amend'; readonly orderId: string; readonly amount: number; readonly revision: number }
  | { readonly do: 'release' | 'confirm'; readonly orderId: string }
  | { readonly do: 'invoice'; readonly orderId: string; readonly open: number; readonly daysOverdue: number }
  | { readonly do: 'limit'; readonly limit: number };

export const order = fc.constantFrom(...ORDERS);
/** Anything that may happen, in any order. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('hold' as const, 'appeal' as const), orderId: order, amount: fc.integer({ min: -50, max: 600 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), orderId: order, amount: fc.integer({ min: -50, max: 600 }), revision: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('release' as const, 'confirm' as const), orderId: order }) },
  fc.record({ do: fc.constant('invoice' as const), orderId: order, open: fc.integer({ min: 0, max: 600 }), daysOverdue: fc.integer({ min: -5, max: 50 }) }),
  fc.record({ do: fc.constant('limit' as const), limit: fc.integer({ min: 0, max: 2_000 }) }),
);

export type Desk = ReturnType<typeof creditDesk>;

async function take(desk: Desk, one: Step, tick: number): Promise<readonly Outgoing[]> {
  switch (one.do) {
    case 'hold': return desk.commands(hold(one.orderId, fen(one.amount)));
    case 'appeal': return desk.commands(hold(one.orderId, fen(one.amount), { approvalId: `${one.orderId}:credit` }));
    case 'amend': return desk.commands(hold(one.orderId, fen(one.amount), { revision: one.revision }));
    case 'release': return desk.commands(release(one.orderId));
    case 'confirm': return desk.orders(confirmed(one.orderId));
    case 'invoice': {
      const dueAt = NOON - days(one.daysOverdue);
      return desk.masterData(receivable(fen(one.open), { receivableId: `R-${one.orderId}`, orderId: one.orderId, dueAt, changedAt: NOON + tick }));
    }
    case 'limit': return desk.masterData(customer(fen(one.limit), { changedAt: NOON + tick }));
    default: return never(one);
  }
}

/** Plays a story at a desk and returns every answer given, in order. */
export async function play(story: readonly Step[], desk: Desk): Promise<readonly Outgoing[]> {
  await desk.masterData(customer(fen(LIMIT)));
  const sent: Outgoing[] = [];
  for (const [index, one] of story.entries()) sent.push(...await take(desk, one, index + 1));
  return sent;
}
