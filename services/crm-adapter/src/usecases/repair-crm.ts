import type { Policy, TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { announce } from '../domain/announce.ts';
import { reportAgain } from '../domain/report.ts';
import { logAnnounced, sealed } from './announcing.ts';
import type { Contacts, CrmOrders, Log, Reports, Submit, ToldOrders } from './ports.ts';

export interface RepairCrmPorts {
  readonly reports: Reports;
  readonly orders: Pick<CrmOrders, 'read'>;
  readonly told: Pick<ToldOrders, 'note'>;
  readonly contacts: Contacts;
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
async function takeOn({ orders, told, contacts, submit, policy, log }: RepairCrmPorts, orderId: string, { id, trace }: Pick<ReconciliationCommand, 'id' | 'trace'>): Promise<void> {
  try {
    const [order] = await orders.read([orderId]);
    const announcement = order && announce(order, policy.order);
    log.info('missed order looked up in the CRM', { orderId, told: announcement?.type ?? 'nothing' });
    if (!announcement) return;
    await submit(async (unit) => {
      // Caused by the command, not by the order's state: said before, it has to be said again all the same
      for (const message of await sealed(contacts, unit.tx, [announcement])) unit.send(message, { id, trace });
      await told.note(unit.tx, [orderId]);
    });
    logAnnounced(log, announcement);
  } catch (error) {
    log.error('missed order could not be taken on', { orderId, error });
  }
}
