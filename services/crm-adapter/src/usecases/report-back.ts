import type { Received, Unit } from '@order-mesh/messaging';
import type { TopicMessages } from '@order-mesh/contracts';
import { reportOf } from '../domain/report.ts';
import type { Log, Reports } from './ports.ts';

export type OrderEventReceived = Received<TopicMessages['order.events.v1']>;
export type ReportBack = (batch: readonly OrderEventReceived[], unit: Unit) => Promise<void>;

/** Tells the CRM how its orders went. */
export const reportBack = ({ reports, log }: { readonly reports: Reports; readonly log: Log }): ReportBack => async (batch, unit) => {
  const asked = batch.flatMap((event) => {
    const report = reportOf(event);
    return report ? [{ report, cause: event }] : [];
  });
  for (const { report } of asked) log.info('CRM is told', { orderId: report.orderId, status: report.status, reason: report.reason });
  await reports.ask(unit, asked);
};
