import type { Unit } from '@order-mesh/messaging';
import { roundOf } from '../domain/contract.ts';
import type { Ports } from './ports.ts';

/** What a verified callback is about; its content is not believed, only that something happened. */
export interface Heard {
  readonly signFlowId: string;
  /** The provider's stamp: the same callback heard again is the same question. */
  readonly stamp: string;
}

export type HearCallback = ReturnType<typeof hearCallback>;

/** Has the provider asked how the flow stands. A flow we do not know, or no longer wait for, changes nothing. */
export const hearCallback = ({ contracts, office, log }: Pick<Ports, 'contracts' | 'office' | 'log'>) => async ({ signFlowId, stamp }: Heard, unit: Unit): Promise<void> => {
  const contract = await contracts.findByFlow(unit.tx, signFlowId);
  if (contract?.status !== 'signing' && contract?.status !== 'rescinding') {
    log.info('callback without effect', { signFlowId, orderId: contract?.orderId, status: contract?.status });
    return;
  }
  const key = `read/${signFlowId}/${stamp}`;
  await office.read(unit, [{ orderId: contract.orderId, customerId: contract.customerId, signFlowId, round: roundOf(contract), key, cause: { id: `callback/${key}`, trace: {} } }]);
};
