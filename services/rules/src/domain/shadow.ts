import type { EndShadow, MessageOf, ShadowRules } from '@order-mesh/contracts';
import { days, type Instant } from '@order-mesh/kernel';
import type { Change, PointFile } from './change.ts';
import type { Refusal } from './check.ts';

/** A change whose rules decide silently beside those in force; the last of its point. */
export interface Shadow {
  readonly point: string;
  readonly shadowId: string;
  readonly changeId: string;
  readonly author: string;
  readonly since: Instant;
  readonly until: Instant;
  /** Null until somebody ends it; it is over all the same when its time is. */
  readonly ended: End | null;
}

export interface End {
  readonly because: 'stopped' | 'released' | 'rejected';
  readonly by: string;
  readonly at: Instant;
}

/** What is known of a decision point: the changes at hand, and the last that decided silently; null where none ever did. */
export interface ShadowFile extends Pick<PointFile, 'changes'> {
  readonly shadow: Shadow | null;
}

export type ShadowOutcome =
  | { readonly ok: true; readonly shadow: Shadow; readonly change: Change }
  | { readonly ok: false; readonly refusal: Refusal };

/** Longer, a shadow is asked for anew: its change waits for too long. */
const LONGEST = days(90);

/** Has a change that waits for a second person decide silently from `now` on. One runs at a point at a time; the same name is the same shadow. */
export function beginShadow({ shadow: last, changes }: ShadowFile, { point, changeId, shadowId, until, author }: ShadowRules, now: Instant): ShadowOutcome {
  const change = changes.find((one) => one.changeId === changeId);
  if (!change) return refuse('unknown-change', 'there is no such change');
  if (last?.shadowId === shadowId) return { ok: true, shadow: last, change };
  if (change.status !== 'proposed') return refuse('decided', `the change was ${change.status} before; only one that waits for a second person decides silently`);
  if (last && isRunning(last, now)) return refuse('shadowed', `change ${last.changeId} decides silently at ${point} already; end that first`);
  if (until <= now) return refuse('wrong-time', 'the time it is to run is over');
  if (until > now + LONGEST) return refuse('wrong-time', `a shadow runs for ${LONGEST / days(1)} days at most`);
  return { ok: true, change, shadow: { point, changeId, shadowId, author, since: now, until, ended: null } };
}

/** Ends the shadow of a change. One that was ended before stays as it is. */
export function endShadow({ shadow, changes }: ShadowFile, { changeId }: Pick<EndShadow, 'changeId'>, end: End): ShadowOutcome {
  const change = changes.find((one) => one.changeId === changeId);
  if (!change || shadow?.changeId !== changeId) return refuse('unknown-shadow', 'the change does not decide silently');
  return { ok: true, change, shadow: shadow.ended ? shadow : { ...shadow, ended: end } };
}

export const isRunning = ({ ended, until }: Shadow, now: Instant): boolean => ended === null && now < until;

/** What everybody is told of a shadow. */
export function shadowedOf({ point, shadowId, changeId, author, since, until, ended }: Shadow, change: Change): MessageOf<'RulesShadowed'> {
  const { hash, content } = 'content' in change ? change : { hash: '', content: '' };
  const value = { slot: `shadow:${point}`, point, shadowId, changeId, hash, since, until };
  if (ended) return { type: 'RulesShadowed', value: { ...value, content: '', author: ended.by, endedBecause: ended.because, at: ended.at } };
  return { type: 'RulesShadowed', value: { ...value, content, author, endedBecause: '', at: since } };
}

const refuse = (reason: Refusal['reason'], detail: string): ShadowOutcome => ({ ok: false, refusal: { reason, detail } });
