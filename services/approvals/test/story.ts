import fc from 'fast-check';
import { hours, never, type Instant } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { approvalIdOf } from '../src/domain/task.ts';
import { decide, NOON, request, withdraw, type approvalsDesk } from './scene.ts';

export const ORDERS = ['O1', 'O2', 'O3'] as const;

const questionOf = (orderId: string, revision: number): string => approvalIdOf({ orderId, subject: 'credit', revision });

/** The name of every question that a story may ask. */
export const QUESTIONS = ORDERS.flatMap((orderId) => [0, 1].map((revision) => questionOf(orderId, revision)));

export type Step =
  | { readonly do: 'request' | 'withdraw'; readonly orderId: string; readonly revision: number }
  | { readonly do: 'decide'; readonly orderId: string; readonly decision: string; readonly revision: number }
  | { readonly do: 'wait'; readonly hours: number };

export const order = fc.constantFrom(...ORDERS);
const revision = fc.constantFrom(0, 0, 1);

/** Anything that may happen, in any order. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('request' as const, 'withdraw' as const), orderId: order, revision }),
  fc.record({ do: fc.constant('decide' as const), orderId: order, decision: fc.constantFrom('granted', 'denied', 'maybe'), revision }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
);

export type Desk = ReturnType<typeof approvalsDesk>;

/** Plays a story at a desk and returns every answer given, in order. */
export async function play(story: readonly Step[], desk: Desk): Promise<readonly Outgoing[]> {
  const sent: Outgoing[] = [];
  let now = NOON;
  for (const one of story) {
    if (one.do === 'wait') now += hours(one.hours);
    desk.setNow(now);
    sent.push(...await take(desk, one, now));
  }
  return sent;
}

function take(desk: Desk, one: Step, now: Instant): Promise<readonly Outgoing[]> {
  switch (one.do) {
    case 'request': return desk.commands(request(one.orderId, { revision: one.revision }));
    case 'withdraw': return desk.commands(withdraw(one.orderId, one.revision));
    case 'decide': return desk.commands(decide(one.orderId, one.decision, { approvalId: questionOf(one.orderId, one.revision), decidedAt: now }));
    case 'wait': return desk.press();
    default: return never(one);
  }
}
