import type { TopicMessages } from '@order-mesh/contracts';
import { hours } from '@order-mesh/kernel';
import type { Received, Unit } from '@order-mesh/messaging';
import { alertOfCase, alertOfPartner, alertOfReplenishment, caseKey, type Raised } from '../domain/alert.ts';
import { noteAlerts } from './note-alerts.ts';
import type { Ports } from './ports.ts';

export type NewsEvent = Received<TopicMessages['order.events.v1'] | TopicMessages['partner.events.v1'] | TopicMessages['replenishment.events.v1']>;
export type NoteNews = ReturnType<typeof noteNews>;

/** Older news is history that is read again, not news. */
const NEWS_FOR = hours(24);

/** Notes orders that need a person, partners that are away and stock that is short, to be told; a case that is closed before anybody was told is forgotten. */
export const noteNews = (ports: Pick<Ports, 'alerts' | 'rules'>) => async (batch: readonly NewsEvent[], unit: Unit): Promise<void> => {
  await noteAlerts(ports, unit, batch.filter(({ at }) => at > unit.now - NEWS_FOR).flatMap(alertsOf));
  await ports.alerts.drop(unit.tx, batch.flatMap((message) => (message.type === 'CaseClosed' ? [caseKey(message.value)] : [])));
};

function alertsOf(message: NewsEvent): readonly Raised[] {
  switch (message.type) {
    case 'CaseOpened': return [alertOfCase(message.value)];
    case 'PartnerStateChanged': return [alertOfPartner(message.value)];
    case 'ReplenishmentSuggested': return [alertOfReplenishment(message.value, message.at)];
    default: return [];
  }
}
