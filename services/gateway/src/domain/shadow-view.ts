import type { MessageOf, ShadowAdvanced } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { printable } from './mask.ts';
import { utc } from './order-item.ts';
import { jsonOr } from './rules-view.ts';
import { sane } from './stamp.ts';
import type { Json } from './timeline.ts';

export const shadowStates = ['asked', 'running', 'ending', 'ended'] as const;
export type ShadowState = (typeof shadowStates)[number];

/** What is known of a shadow, a register a fact: the same in whatever order it is heard. */
export interface ShadowView {
  readonly shadowId: string;
  readonly changeId: string;
  readonly point: string;
  readonly begun: { readonly author: string; readonly since: Instant; readonly until: Instant } | null;
  readonly over: { readonly because: string; readonly by: string; readonly at: Instant } | null;
  readonly told: Omit<ShadowAdvanced, 'shadowId' | 'changeId' | 'point'> | null;
}

export type AboutShadow = MessageOf<'RulesShadowed'> | MessageOf<'ShadowAdvanced'>;

/** What is known after a message. */
export function projectShadow(known: ShadowView | undefined, { type, value }: AboutShadow): ShadowView {
  const { shadowId, changeId, point } = value;
  const view = known ?? { shadowId, changeId, point: printable(point), begun: null, over: null, told: null };
  if (type === 'ShadowAdvanced') {
    const { state, decisions, checked, changed, outcomes, examples, endedBecause, at } = value;
    const told = { state, decisions, checked, changed, outcomes, examples, endedBecause: printable(endedBecause), at: sane(at) };
    return { ...view, told: view.told && !isFarther(told, view.told) ? view.told : told };
  }
  const { author, since, until, endedBecause, at } = value;
  const times = { since: sane(since), until: sane(until) };
  if (endedBecause === '') return { ...view, begun: { author: printable(author), ...times } };
  // who began it may be known no more
  return { ...view, begun: view.begun ?? { author: '', ...times }, over: { because: printable(endedBecause), by: printable(author), at: sane(at) } };
}

type Far = Pick<ShadowAdvanced, 'state' | 'decisions'>;

const isFarther = (one: Far, other: Far): boolean => one.decisions > other.decisions || (one.decisions === other.decisions && one.state === 'ended');

/** A shadow as it is shown. */
export interface ShadowItem {
  readonly shadowId: string;
  readonly changeId: string;
  readonly point: string;
  readonly state: ShadowState;
  readonly author: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly decisions: number;
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: Json;
  readonly examples: Json;
  /** Why it is over; empty while it runs. */
  readonly endedBecause: string;
  readonly endedBy: string | null;
  readonly updatedAt: string | null;
}

export function shadowItemOf({ shadowId, changeId, point, begun, over, told }: ShadowView): ShadowItem {
  return {
    shadowId, changeId, point, state: told?.state === 'ended' ? 'ended' : over ? 'ending' : 'running', author: begun?.author ?? '', since: begun ? utc(begun.since) : null, until: begun ? utc(begun.until) : null,
    decisions: told?.decisions ?? 0, checked: told?.checked ?? 0, changed: told?.changed ?? 0, outcomes: jsonOr(told?.outcomes, []), examples: jsonOr(told?.examples, []),
    endedBecause: over?.because || told?.endedBecause || '', endedBy: over?.by ?? null, updatedAt: told ? utc(told.at) : null,
  };
}

/** Whether nothing more will be counted. */
export const isOver = ({ over, told }: ShadowView): boolean => over !== null || told?.state === 'ended';

/** One that was asked for and not heard of yet. */
export const askedShadow = ({ shadowId, changeId, point, author, until }: { readonly shadowId: string; readonly changeId: string; readonly point: string; readonly author: string; readonly until: Instant }): ShadowItem =>
  ({ ...shadowItemOf({ shadowId, changeId, point, begun: null, over: null, told: null }), state: 'asked', author, until: utc(until) });
