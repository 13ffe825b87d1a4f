import type { Instant } from '@order-mesh/kernel';
import type { Colleague } from './adoption.ts';
import { isSameName, reachOf, type Caller, type Reach } from './caller.ts';
import type { DelegationItem } from './delegation-view.ts';

/** Whose approvals somebody has to do with at a moment: own ones, and those of the regions of whoever is away and has named this person a deputy. Whether a decision counts, `approvals` says. */
export function approvalReach(who: Caller, delegations: readonly DelegationItem[], people: readonly Colleague[] | null, now: Instant): Reach {
  const own = reachOf(who);
  if (own === 'everything' || people === null) return own;
  const inForce = delegations.filter(({ state, since, until }) => state === 'standing' && Date.parse(since) <= now && now < Date.parse(until));
  const absent = inForce.filter(({ deputy }) => isSameName(deputy, who.name)).flatMap(({ absent: name }) => people.filter(({ names }) => names.some((one) => isSameName(one, name))));
  if (absent.some(({ regions }) => regions.length === 0)) return 'everything';
  return { ...own, regions: [...own.regions, ...absent.flatMap(({ regions }) => regions)] };
}

/** Regions are decided on, not customers: whoever also sells does not decide for own customers elsewhere. */
export const decidingReach = (reach: Reach): Reach => (reach === 'everything' ? reach : { ...reach, customers: [], sources: [] });
