// A member of a group in a process of its own, so that a test can kill it without a farewell.
import { createBroker, type BrokerDriver, type BrokerOptions, type ConsumerOptions } from '../src/broker/index.ts';

/** What one command line argument tells it, in JSON. */
export interface LostMember {
  readonly driver: BrokerDriver;
  readonly brokers: string;
  readonly security?: BrokerOptions['security'];
  /** Its group has the same name. */
  readonly topic: string;
  readonly instance?: ConsumerOptions['instance'];
}

const { driver, brokers, security, topic, instance }: LostMember = JSON.parse(process.argv[2] ?? '{}');

const broker = createBroker({ driver, brokers: [brokers], clientId: 'lost-member', ...(security && { security }) });
await broker.consumer({
  groupId: topic,
  ...(instance !== undefined && { instance }),
  topics: [topic],
  maxRecords: 100,
  onAssigned: (assigned) => { process.stdout.write(`${assigned.length}\n`); },
});
