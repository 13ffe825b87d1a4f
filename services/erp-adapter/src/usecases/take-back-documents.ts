import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import type { BookingCalls, Log } from './ports.ts';

export type ReconciliationCommand = Received<TopicMessages['reconciliation.commands.v1']>;
export type TakeBackDocuments = (batch: readonly ReconciliationCommand[], unit: Unit) => Promise<void>;

/** Has documents taken back that a reconciliation found to be too many. The booking stays as it is: it never knew of them, or believes them gone. */
export const takeBackDocuments = ({ calls, log }: { readonly calls: BookingCalls; readonly log: Log }): TakeBackDocuments => async (batch, unit) => {
  const asked = batch.filter((message) => message.type === 'TakeBackDocuments');
  for (const { value: { orderId, differenceId, codes } } of asked) log.info('documents are taken back', { orderId, differenceId, codes });
  await calls.ask(unit, asked.map(({ id, trace: { traceparent }, value: { orderId, customerId, codes } }) => (
    { type: 'take-back-documents', request: { orderId, customerId, codes }, askedBy: id, traceparent })));
};
