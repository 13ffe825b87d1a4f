import type { Policy, TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { announce } from '../domain/announce.ts';
import { reportAgain } from '../domain/report.ts';
import type { CrmOrders, Log, Reports, Submit } from './ports.ts';

export interface RepairCrmPorts {
  readonly reports: Reports;
  readonly orders: Pick<CrmOrders, 'read'>;
  readonly submit: Submit;
  readonly policy: Policy;
  readonly log: Log;
}

export type ReconciliationCommand = Received<TopicMessages['reconciliation.commands.v1']>;
export type RepairCrm = (batch: readonly ReconciliationCommand[], unit: Unit) => Promise<void>;

/** Does what a reconciliation found to be missing between CRM and mesh: a report is made again, an order that was missed is taken on. */
export const repairCrm = (ports: RepairCrmPorts): RepairCrm => async (batch, unit) => {
  const { reports, log } = ports;
  const again = batch.flatMap((message) => {
    const report = message.type === 'TellCrm' ? reportAgain(message.value) : undefined;
    return report ? [{ report, cause: message }] : [];
  });
  for (const { report } of again) log.info('CRM is told again', { orderId: report.orderId, status: report.status });
  await reports.ask(unit, again);
  for (const message of batch) if (message.type === 'TakeOrderOn') unit.afterCommit(() => void takeOn(ports, message.value.orderId, message));
};

// Not durable on purpose: the order is only read and placed, and the next reconciliation tells whether that has happened
async function takeOn({ orders, submit, policy, log }: RepairCrmPorts, orderId: string, { id, trace }: Pick<ReconciliationCommand, 'id' | 'trace'>): Promise<void> {
  try {
    const [order] = await orders.read([orderId]);
    const announcement = order && announce(order, policy.order);
    if (announcement) await submit(async (unit) => { unit.send(announcement, { id, trace }); });
    log.info('missed order looked up in the CRM', { orderId, told: announcement?.type ?? 'nothing' });
  } catch (error) {
    log.error('missed order could not be taken on', { orderId, error });
  }
}
