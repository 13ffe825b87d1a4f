import type { SimulateRules } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Outgoing } from '@order-mesh/messaging';
import { creditControl, orderAnomaly, price, promotion, rebate } from '@order-mesh/rules';
import { readSet } from '../domain/check.ts';

export type SimulationAnswer = Outgoing<'SimulationAsked' | 'SimulationAdvanced'>;

/** Where past decisions can be looked at again: credit and pricing keep them. */
const kept: ReadonlySet<string> = new Set([creditControl, price, promotion, rebate, orderAnomaly].map(({ name }) => name));

/** Has whoever decides at the point look at its past cases, unless the rules cannot be decided by. */
export function simulate({ simulationId, point, content, since, until, author, at }: SimulateRules, now: Instant): SimulationAnswer {
  const read = readSet(point, content);
  if (!read.ok) return refused(simulationId, point, { detail: read.refusal.detail, now });
  if (!kept.has(point)) return refused(simulationId, point, { detail: `past decisions are looked at again at ${[...kept].join(', ')} only`, now });
  if (since >= until) return refused(simulationId, point, { detail: 'the time it is about ends before it begins', now });
  return { type: 'SimulationAsked', value: { simulationId, point, hash: read.read.hash, content: read.read.content, since, until, author, at } };
}

function refused(simulationId: string, point: string, { detail, now }: { readonly detail: string; readonly now: Instant }): SimulationAnswer {
  return { type: 'SimulationAdvanced', value: { simulationId, point, state: 'refused', total: 0, checked: 0, changed: 0, outcomes: '[]', examples: '[]', detail, at: now } };
}
