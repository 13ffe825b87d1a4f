import { pick } from '@order-mesh/kernel';
import type { Delegation } from '../domain/delegation.ts';
import type { DelegationBook } from '../usecases/ports.ts';

/** Delegations in memory, as strict as the table: for tests and simulation. */
export function memoryDelegationBook(): DelegationBook {
  const kept = new Map<string, Delegation>();
  return {
    load: async (_tx, delegationIds) => pick(kept, delegationIds),
    save: async (_tx, changed) => { for (const delegation of changed) kept.set(delegation.delegationId, delegation); },
    inForceAfter: async (_tx, after) => [...kept.values()].filter(({ until }) => until > after)
      .sort((one, other) => one.since - other.since || (one.delegationId < other.delegationId ? -1 : 1)),
  };
}
