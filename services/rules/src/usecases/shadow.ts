import type { DecideRules, EndShadow, ShadowRules } from '@order-mesh/contracts';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { refusalOf, type PointFile } from '../domain/change.ts';
import { beginShadow, endShadow, isRunning, shadowedOf, type ShadowFile, type ShadowOutcome } from '../domain/shadow.ts';
import type { Page } from './page.ts';

type Answer = Outgoing<'RulesShadowed' | 'RulesChangeRefused'>;

interface Means {
  readonly page: Page;
  readonly unit: Unit;
}

/** Has a change decide silently beside the rules in force. */
export const begin = (ask: ShadowRules, file: PointFile, means: Means): readonly Answer[] => [told(beginShadow(fileWith(means, file), ask, means.unit.now), ask, means)];

/** Ends the shadow of a change because somebody asks for it. */
export const end = (ask: EndShadow, file: PointFile, means: Means): readonly Answer[] =>
  [told(endShadow(fileWith(means, file), ask, { because: 'stopped', by: ask.author, at: means.unit.now }), ask, means)];

/** Ends the shadow of a change that was decided: in force it has nothing left to say beside itself, rejected it interests nobody. */
export function endDecided({ point, changeId, decision, decidedBy }: DecideRules, file: PointFile, means: Means): readonly Answer[] {
  const { now } = means.unit;
  const known = fileWith(means, file);
  if (known.shadow?.changeId !== changeId || !isRunning(known.shadow, now)) return [];
  const outcome = endShadow(known, { changeId }, { because: decision === 'approved' ? 'released' : 'rejected', by: decidedBy, at: now });
  return [told(outcome, { point, changeId, author: decidedBy }, means)];
}

const fileWith = ({ page }: Means, { point, changes }: PointFile): ShadowFile => ({ changes, shadow: page.shadow(point) });

function told(outcome: ShadowOutcome, ask: Pick<EndShadow, 'point' | 'changeId' | 'author'>, { page, unit }: Means): Answer {
  if (!outcome.ok) return refusalOf(ask, outcome.refusal, { by: ask.author, at: unit.now });
  page.putShadow(outcome.shadow);
  return shadowedOf(outcome.shadow, outcome.change);
}
