import { topics } from '@order-mesh/contracts';
import { outgoing, platformaticBroker, type Broker, type IncomingRecord, type OutgoingRecord } from '@order-mesh/messaging';

export const allTopics: readonly string[] = Object.values(topics);

/** The broker as somebody beside the mesh reaches it: through the same proxy, for that is the address it gives everybody. */
export const openBroker = (brokers: string, clientId: string): Broker => platformaticBroker({ brokers: [brokers], clientId });

/** Who a record is: its event id, or where it lies when it has none. */
export const idOf = ({ headers, topic, partition, offset }: IncomingRecord): string => headers['ce_id'] ?? `${topic}/${partition}/${offset}`;

/** The same record once more. */
export const again = ({ topic, partition, key, value, headers }: IncomingRecord): OutgoingRecord => outgoing({ topic, partition, key, value, headers });

/** Poison is sent as often as it is meant to be, and no more. */
export const POISON_KEY = 'poison-';
export const isPoison = ({ key }: IncomingRecord): boolean => key.startsWith(POISON_KEY);
