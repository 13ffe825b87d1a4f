import fc from 'fast-check';
import { minutes, never } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { decide, freezeOver, hashOver, NOON, propose, rollBack, SHIPPED_HASH, type rulesDesk } from './scene.ts';

const CHANGES = ['c1', 'c2', 'c3', 'c4'] as const;
const PEOPLE = ['王芳', '李娜'] as const;
const DAYS = [30, 45, 60] as const;

export type Step =
  | { readonly do: 'propose'; readonly changeId: string; readonly days: number; readonly on: number | null; readonly author: string }
  | { readonly do: 'decide'; readonly changeId: string; readonly decision: string; readonly by: string }
  | { readonly do: 'roll-back'; readonly changeId: string; readonly version: number; readonly author: string };

const changeId = fc.constantFrom(...CHANGES);
const person = fc.constantFrom(...PEOPLE);

/** Anything that may be asked for, in any order. */
export const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('propose' as const), changeId, days: fc.constantFrom(...DAYS), on: fc.constantFrom(null, null, ...DAYS), author: person }),
  fc.record({ do: fc.constant('decide' as const), changeId, decision: fc.constantFrom('approved', 'approved', 'approved', 'refused', 'maybe'), by: person }),
  fc.record({ do: fc.constant('roll-back' as const), changeId, version: fc.integer({ min: -1, max: 4 }), author: person }),
);

export type Desk = ReturnType<typeof rulesDesk>;

/** Plays a story at a desk, a batch a step, and returns every answer given, in order. */
export async function play(story: readonly Step[], desk: Desk): Promise<readonly Outgoing[]> {
  const sent: Outgoing[] = [];
  for (const [index, one] of story.entries()) {
    desk.setNow(NOON + minutes(index));
    sent.push(...await desk.commands(commandOf(one)));
  }
  return sent;
}

function commandOf(one: Step) {
  switch (one.do) {
    case 'propose': return propose(one.changeId, freezeOver(one.days), { basedOn: one.on === null ? SHIPPED_HASH : hashOver(one.on), author: one.author });
    case 'decide': return decide(one.changeId, one.decision, one.by);
    case 'roll-back': return rollBack(one.changeId, one.version, one.author);
    default: return never(one);
  }
}
