import type { Broker, BrokerOptions } from './broker.ts';
import { kafkajsBroker } from './kafkajs.ts';
import { platformaticBroker } from './platformatic.ts';

export type BrokerDriver = 'platformatic' | 'kafkajs';

/** Kafka through the driver asked for. Connects when first used. */
export function createBroker({ driver, ...options }: BrokerOptions & { readonly driver: BrokerDriver }): Broker {
  return driver === 'kafkajs' ? kafkajsBroker(options) : platformaticBroker(options);
}

export { kafkajsBroker } from './kafkajs.ts';
export { framed, outgoing, unframed, type Content } from './frame.ts';
export { partitionFor, placeOf } from './partition.ts';
export { saslMechanisms } from './broker.ts';
export { platformaticBroker } from './platformatic.ts';
export { grantAccess, type Access } from './platformatic-access.ts';
export type {
  Broker,
  BrokerOptions,
  BrokerSecurity,
  Consumer,
  ConsumerOptions,
  IncomingRecord,
  OutgoingRecord,
  Position,
  Producer,
  ProducerOptions,
  Range,
  ReaderOptions,
  RecordReader,
  SaslMechanism,
  Stall,
  TopicPartition,
  TopicSpec,
} from './broker.ts';
