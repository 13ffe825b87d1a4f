import type { Unit } from '@order-mesh/messaging';
import { roundOf } from '../domain/contract.ts';
import type { Ports } from './ports.ts';

/** What a verified callback is about; its content is not believed, only that something happened. */
export interface Heard {
  readonly signFlowId: string;
  /** The provider's stamp: the same callback heard again is the same question. */
  readonly stamp: string;
}

/** Has the provider asked how the flows stand. A flow we do not know, or no longer wait for, changes nothing. */
export const hearCallbacks = ({ contracts, office, log }: Pick<Ports, 'contracts' | 'office' | 'log'>) => async (callbacks: readonly Heard[], unit: Unit): Promise<void> => {
  const byFlow = await contracts.findByFlows(unit.tx, callbacks.map(({ signFlowId }) => signFlowId));
  const readings = callbacks.flatMap(({ signFlowId, stamp }) => {
    const contract = byFlow.get(signFlowId);
    if (contract?.status !== 'signing' && contract?.status !== 'rescinding') {
      log.info('callback without effect', { signFlowId, orderId: contract?.orderId, status: contract?.status });
      return [];
    }
    const key = `read/${signFlowId}/${stamp}`;
    return [{ orderId: contract.orderId, customerId: contract.customerId, signFlowId, round: roundOf(contract), key, cause: { id: `callback/${key}`, trace: {} } }];
  });
  if (readings.length > 0) await office.read(unit, readings);
};
