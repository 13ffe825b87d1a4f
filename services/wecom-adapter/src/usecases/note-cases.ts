import type { TopicMessages } from '@order-mesh/contracts';
import { hours } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { alertOfCase, caseKey } from '../domain/alert.ts';
import type { Ports } from './ports.ts';

export type OrderEvent = Received<TopicMessages['order.events.v1']>;
export type NoteCases = ReturnType<typeof noteCases>;

/** Older news is history that is read again, not news. */
const NEWS_FOR = hours(24);

/** Notes orders that need a person, to be told; a case that is closed before anybody was told is forgotten. */
export const noteCases = ({ alerts }: Pick<Ports, 'alerts'>) => async (batch: readonly OrderEvent[], unit: Unit): Promise<void> => {
  const opened = batch.flatMap((message) => (message.type === 'CaseOpened' && message.at > unit.now - NEWS_FOR ? [alertOfCase(message.value)] : []));
  const closed = batch.flatMap((message) => (message.type === 'CaseClosed' ? [caseKey(message.value)] : []));
  await alerts.note(unit.tx, opened);
  await alerts.drop(unit.tx, closed);
};
