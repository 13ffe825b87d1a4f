import type { DelegateApprovals, DelegationChanged } from '@order-mesh/contracts';
import { utc } from './order-item.ts';
import { sane } from './stamp.ts';

export const delegationStates = ['asked', 'standing', 'ended', 'refused'] as const;
export type DelegationState = (typeof delegationStates)[number];

/** The newest that was heard of a delegation; revision 0 is what we asked for ourselves. */
export type DelegationView = DelegationChanged;

/** A delegation that was asked for and not heard of yet. */
export function askedDelegation({ requestedAt, ...asked }: DelegateApprovals): DelegationView {
  return { ...asked, revision: 0, state: 'asked', detail: '', at: requestedAt };
}

/** A delegation as it is shown. */
export interface DelegationItem {
  readonly delegationId: string;
  readonly state: DelegationState;
  readonly absent: string;
  readonly deputy: string;
  readonly since: string;
  /** Not included. */
  readonly until: string;
  readonly reason: string;
  /** Why it was refused; empty otherwise. */
  readonly detail: string;
  readonly requestedBy: string;
  readonly updatedAt: string;
}

export function delegationItemOf({ revision: _, state, since, until, at, ...rest }: DelegationView): DelegationItem {
  return { ...rest, state: stateOf(state), since: utc(sane(since)), until: utc(sane(until)), updatedAt: utc(sane(at)) };
}

// a newer sender may know more states
function stateOf(state: string): DelegationState {
  return delegationStates.find((known) => known === state) ?? 'standing';
}
