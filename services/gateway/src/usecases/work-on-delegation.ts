import type { DelegateApprovals } from '@order-mesh/contracts';
import type { Received, Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { askedDelegation, delegationItemOf, type DelegationItem } from '../domain/delegation-view.ts';
import type { DelegationViews } from './ports.ts';

interface Means {
  readonly delegations: DelegationViews;
  readonly log: Log;
}

export interface DelegationWish extends Omit<DelegateApprovals, 'requestedAt'> {
  readonly trace: Trace;
}

export interface EndWish {
  readonly delegationId: string;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly trace: Trace;
}

export type DelegationChangedReceived = Extract<Received, { readonly type: 'DelegationChanged' }>;
export type AskDelegation = (wish: DelegationWish, unit: Unit) => Promise<DelegationItem>;
/** Null where nobody has heard of it. */
export type AskEnd = (wish: EndWish, unit: Unit) => Promise<DelegationItem | null>;
export type FollowDelegations = (batch: readonly DelegationChangedReceived[], unit: Unit) => Promise<void>;

/** Asks for a deputy to decide while somebody is away. */
export const askDelegation = ({ delegations, log }: Means): AskDelegation => async ({ trace, ...wish }, unit) => {
  const value = { ...wish, requestedAt: unit.now };
  const view = askedDelegation(value);
  await delegations.save(unit.tx, [view]);
  unit.send({ type: 'DelegateApprovals', value }, { id: `http/delegation/${wish.delegationId}`, trace });
  log.info('delegation asked for', { delegationId: wish.delegationId, absent: wish.absent, deputy: wish.deputy, requestedBy: wish.requestedBy });
  return delegationItemOf(view);
};

/** Asks for a delegation to end. */
export const askEnd = ({ delegations, log }: Means): AskEnd => async ({ delegationId, requestedBy, requestId, trace }, unit) => {
  const [view] = await delegations.load(unit.tx, [delegationId]);
  if (!view) return null;
  unit.send({ type: 'EndDelegation', value: { delegationId, requestedBy, requestedAt: unit.now } }, { id: `http/delegation/${requestId}`, trace });
  log.info('end of delegation asked for', { delegationId, requestedBy });
  return delegationItemOf(view);
};

/** Keeps of each delegation the newest that was heard. */
export const followDelegations = ({ delegations }: Pick<Means, 'delegations'>): FollowDelegations => async (batch, unit) => {
  const newest = new Map<string, DelegationChangedReceived['value']>();
  for (const { value } of batch) if (value.revision > (newest.get(value.delegationId)?.revision ?? 0)) newest.set(value.delegationId, value);
  await delegations.save(unit.tx, [...newest.values()]);
};
