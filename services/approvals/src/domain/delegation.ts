import type { DelegateApprovals, DelegationChanged, EndDelegation } from '@order-mesh/contracts';
import { days, type Instant } from '@order-mesh/kernel';
import { personNamed, type Directory } from './people.ts';

/** Somebody decides in the place of somebody who is away. */
export interface Delegation {
  readonly delegationId: string;
  readonly revision: number;
  readonly state: 'standing' | 'ended';
  /** Both as the directory names them. */
  readonly absent: string;
  readonly deputy: string;
  readonly since: Instant;
  /** Not included. */
  readonly until: Instant;
  readonly reason: string;
  readonly requestedBy: string;
}

export type Delegated =
  | { readonly type: 'delegated'; readonly delegation: Delegation }
  | { readonly type: 'refused'; readonly detail: string };

const LONGEST = days(366);

/** Takes a delegation on; one that is known stays as it is. */
export function delegate(people: Directory | null, known: Delegation | undefined, ask: DelegateApprovals): Delegated {
  if (known) return { type: 'delegated', delegation: known };
  const { delegationId, since, until, reason, requestedBy, requestedAt } = ask;
  if (people === null) return refused('there is no directory of people (APPROVALS_PEOPLE_FILE): whoever is let in decides');
  const [absent, deputy] = [personNamed(people, ask.absent), personNamed(people, ask.deputy)];
  if (!absent || !deputy) return refused(`${(absent ? ask.deputy : ask.absent).slice(0, 100)} is not in the directory of people`);
  if (absent.name === deputy.name) return refused(`${absent.name} cannot be the deputy of the same person`);
  if (until <= since) return refused('it ends before it begins');
  if (until <= requestedAt) return refused('it is over already');
  if (until - since > LONGEST) return refused('it is longer than a year');
  return { type: 'delegated', delegation: { delegationId, revision: 1, state: 'standing', absent: absent.name, deputy: deputy.name, since, until, reason, requestedBy } };
}

/** Ends a delegation; what was decided before that counts. */
export function endDelegation(delegation: Delegation, { requestedBy, requestedAt }: EndDelegation): Delegation {
  if (delegation.state === 'ended' || delegation.until <= requestedAt) return delegation;
  return { ...delegation, revision: delegation.revision + 1, state: 'ended', until: requestedAt, requestedBy };
}

/** Whether it is in force at a moment. */
export const isInForce = ({ since, until }: Delegation, at: Instant): boolean => since <= at && at < until;

/** What is told of a delegation. */
export const changeOf = (delegation: Delegation, at: Instant): DelegationChanged => ({ ...delegation, detail: '', at });

/** What is told of one that was not taken on. */
export function refusalOf({ delegationId, absent, deputy, since, until, reason, requestedBy }: DelegateApprovals, detail: string, at: Instant): DelegationChanged {
  return { delegationId, revision: 1, state: 'refused', absent, deputy, since, until, reason, detail, requestedBy, at };
}

const refused = (detail: string): Delegated => ({ type: 'refused', detail });
