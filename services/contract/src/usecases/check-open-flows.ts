import type { Unit } from '@order-mesh/messaging';
import { roundOf } from '../domain/contract.ts';
import { watchOn } from '../domain/watch.ts';
import type { Ports } from './ports.ts';

const AT_MOST = 200;

export type CheckOpenFlows = ReturnType<typeof checkOpenFlows>;

/** Asks how the flows stand whose callback may have been lost. */
export const checkOpenFlows = ({ contracts, office, checkEvery }: Pick<Ports, 'contracts' | 'office' | 'checkEvery'>) => async (unit: Unit): Promise<void> => {
  const due = await contracts.dueForCheck(unit.tx, unit.now, AT_MOST);
  const open = due.filter((contract) => contract.status === 'signing' || contract.status === 'rescinding');
  await contracts.save(unit.tx, open.map((contract) => ({ ...contract, ...watchOn(contract, unit.now, checkEvery) })));
  await office.read(unit, open.map((contract) => {
    const { orderId, customerId, signFlowId, checks } = contract;
    const key = `read/${signFlowId}`;
    return { orderId, customerId, signFlowId, round: roundOf(contract), key, cause: { id: `check/${key}/${checks}`, trace: {} } };
  }));
};
