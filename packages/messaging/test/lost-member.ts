// A member of a group in a process of its own, so that a test can kill it without a farewell.
import { createBroker, type BrokerDriver } from '../src/broker/index.ts';

const [driver = '', brokers = '', group = '', topic = '', instance] = process.argv.slice(2);

function driverOf(name: string): BrokerDriver {
  return name === 'kafkajs' ? 'kafkajs' : 'platformatic';
}

const broker = createBroker({ driver: driverOf(driver), brokers: [brokers], clientId: 'lost-member' });
await broker.consumer({
  groupId: group,
  ...(instance !== undefined && { instance }),
  topics: [topic],
  maxRecords: 100,
  onAssigned: (assigned) => { process.stdout.write(`${assigned.length}\n`); },
});
