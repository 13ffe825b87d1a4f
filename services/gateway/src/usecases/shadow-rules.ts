import type { Duration } from '@order-mesh/kernel';
import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { changeItemOf, whyNotOpen } from '../domain/rules-view.ts';
import { askedShadow, isOver, shadowItemOf, type ShadowItem } from '../domain/shadow-view.ts';
import type { RulesViews } from './rules-ports.ts';

interface Means {
  readonly rules: RulesViews;
  readonly log: Log;
}

export interface ShadowWish {
  readonly changeId: string;
  readonly shadowId: string;
  readonly length: Duration;
  readonly author: string;
  readonly trace: Trace;
}

export interface ShadowEndWish {
  readonly changeId: string;
  readonly author: string;
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
  readonly trace: Trace;
}

export type ShadowAsked =
  | { readonly type: 'asked'; readonly item: ShadowItem }
  | { readonly type: 'unknown-change' }
  | { readonly type: 'unknown-shadow' }
  | { readonly type: 'not-now'; readonly why: string };

export type AskShadow = (wish: ShadowWish, unit: Unit) => Promise<ShadowAsked>;
export type AskShadowEnd = (wish: ShadowEndWish, unit: Unit) => Promise<ShadowAsked>;

/** Has a change that waits for a second person decide silently beside the rules in force. */
export const askShadow = ({ rules, log }: Means): AskShadow => async ({ changeId, shadowId, length, author, trace }, unit) => {
  const view = await rules.findChange(unit.tx, changeId);
  if (!view) return { type: 'unknown-change' };
  const why = whyNotOpen(changeItemOf(view));
  if (why !== null) return { type: 'not-now', why };
  const wish = { point: view.point, changeId, shadowId, until: unit.now + length, author };
  unit.send({ type: 'ShadowRules', value: { ...wish, at: unit.now } }, { id: `http/rules/shadow/${shadowId}`, trace });
  log.info('a change of the rules is to decide silently', { point: view.point, changeId, shadowId, author });
  return { type: 'asked', item: askedShadow(wish) };
};

/** Ends the last shadow of a change. One that is over already is shown as it is. */
export const askShadowEnd = ({ rules, log }: Means): AskShadowEnd => async ({ changeId, author, requestId, trace }, unit) => {
  const view = await rules.findShadow(unit.tx, changeId);
  if (!view) return { type: 'unknown-shadow' };
  if (!isOver(view)) {
    unit.send({ type: 'EndShadow', value: { point: view.point, changeId, author, at: unit.now } }, { id: `http/rules/shadow/end/${requestId}`, trace });
    log.info('a change of the rules is to decide silently no more', { point: view.point, changeId, author });
  }
  return { type: 'asked', item: shadowItemOf(view) };
};
