import { pick, type Instant } from '@order-mesh/kernel';
import type { Contract } from '../domain/contract.ts';
import type { ContractBook } from '../usecases/ports.ts';

/** Contracts in this process, for tests and simulation. */
export function memoryContractBook(): ContractBook & { of(orderId: string): Contract | undefined } {
  const rows = new Map<string, Contract>();
  const due = (now: Instant) => [...rows.values()].filter((row) => 'nextCheckAt' in row && row.nextCheckAt <= now);
  return {
    load: async (_tx, orderIds) => pick(rows, orderIds),
    findByFlows: async (_tx, signFlowIds) => pick(new Map([...rows.values()].flatMap((row) => ('signFlowId' in row ? [[row.signFlowId, row]] : []))), signFlowIds),
    dueForCheck: async (_tx, now, atMost) => due(now).slice(0, atMost),
    save: async (_tx, contracts) => { for (const contract of contracts) rows.set(contract.orderId, contract); },
    anyDueForCheck: async (now) => due(now).length > 0,
    of: (orderId) => rows.get(orderId),
  };
}
