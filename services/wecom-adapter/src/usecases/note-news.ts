import type { TopicMessages } from '@order-mesh/contracts';
import { hours } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { alertOfCase, alertOfPartner, caseKey, type Alert } from '../domain/alert.ts';
import type { Ports } from './ports.ts';

export type NewsEvent = Received<TopicMessages['order.events.v1'] | TopicMessages['partner.events.v1']>;
export type NoteNews = ReturnType<typeof noteNews>;

/** Older news is history that is read again, not news. */
const NEWS_FOR = hours(24);

/** Notes orders that need a person and partners that are away, to be told; a case that is closed before anybody was told is forgotten. */
export const noteNews = ({ alerts }: Pick<Ports, 'alerts'>) => async (batch: readonly NewsEvent[], unit: Unit): Promise<void> => {
  await alerts.note(unit.tx, batch.filter(({ at }) => at > unit.now - NEWS_FOR).flatMap(alertsOf));
  await alerts.drop(unit.tx, batch.flatMap((message) => (message.type === 'CaseClosed' ? [caseKey(message.value)] : [])));
};

function alertsOf(message: NewsEvent): readonly Alert[] {
  switch (message.type) {
    case 'CaseOpened': return [alertOfCase(message.value)];
    case 'PartnerStateChanged': return [alertOfPartner(message.value)];
    default: return [];
  }
}
