import { days } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Authority } from '../domain/right.ts';
import type { Ports } from './ports.ts';

/** A decision is heard this late at most; what a deputy decided before that is not known to be one's any more. */
const HEARD_WITHIN = days(31);

/** Who may decide, deputies included. */
export async function authorityIn({ tx, now }: Unit, { people, delegations }: Pick<Ports, 'people' | 'delegations'>): Promise<Authority> {
  return { people, delegations: people === null ? [] : await delegations.inForceAfter(tx, now - HEARD_WITHIN) };
}
