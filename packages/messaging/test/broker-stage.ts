import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes, type AdminOptions } from '@platformatic/kafka';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { createBroker, outgoing, partitionFor, type Broker, type BrokerDriver, type Consumer, type IncomingRecord, type OutgoingRecord, type Stall, type TopicPartition } from '../src/broker/index.ts';
import type { LostMember } from './lost-member.ts';

export const DRIVERS: readonly BrokerDriver[] = ['platformatic', 'kafkajs'];
export const PARTITIONS = 6;

export interface World {
  readonly broker: Broker;
  /** A topic of its own; its name serves as the group's too. */
  readonly topic: string;
}

/** A real Kafka for the tests of one file. */
export interface BrokerStage {
  readonly kafka: () => KafkaServer;
  readonly restartKafka: () => Promise<void>;
  /** Of all brokers of all worlds. */
  readonly stalls: readonly Stall[];
  /** A broker, closed after the test, and a topic that nobody else has. */
  readonly world: (driver: BrokerDriver) => Promise<World>;
}

/** Starts Kafka before the tests of this file and stops it after them. */
export function brokerStage(): BrokerStage {
  let kafka: KafkaServer;
  let dataDir: string;
  let port: number;
  let topicsMade = 0;
  const open: Broker[] = [];
  const stalls: Stall[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'broker-test-'));
    port = await freePort();
    kafka = await startKafka({ dataDir, port });
  }, 120_000);

  afterEach(async () => {
    await Promise.all(open.splice(0).map((broker) => broker.close()));
  });

  afterAll(async () => {
    await kafka.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 30_000);

  return {
    kafka: () => kafka,
    restartKafka: async () => { kafka = await startKafka({ dataDir, port }); },
    stalls,
    async world(driver) {
      const broker = createBroker({ driver, brokers: [kafka.brokers], clientId: 'broker-test', onStall: (stall) => { stalls.push(stall); } });
      open.push(broker);
      topicsMade += 1;
      const topic = `orders-${driver}-${topicsMade}`;
      await broker.createTopics([{ name: topic, partitions: PARTITIONS }]);
      return { broker, topic };
    },
  };
}

/** A member in a process of its own, so that it can be killed without a farewell; says how many partitions it is given. */
export function startLostMember(wish: LostMember): ChildProcess {
  const script = join(import.meta.dirname, 'lost-member.ts');
  return spawn(process.execPath, ['--conditions=source', script, JSON.stringify(wish)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Lets a member hold partitions, then kills it without a farewell. */
export async function leaveDeadMember(wish: LostMember): Promise<void> {
  const dead = startLostMember(wish);
  await once(dead.stdout ?? dead, 'data');
  const exited = once(dead, 'exit');
  dead.kill('SIGKILL');
  await exited;
}

/** The broker misses a silent member of this group as late as one that nobody set up for us: later than `until` waits. */
export async function missLate(group: string, connection: AdminOptions): Promise<void> {
  const admin = new Admin(connection);
  const configs = [{ name: 'consumer.session.timeout.ms', configOperation: IncrementalAlterConfigOperationTypes.SET, value: '45000' }];
  await admin.incrementalAlterConfigs({ resources: [{ resourceType: ConfigResourceTypes.GROUP, resourceName: group, configs }] });
  await admin.close();
}

export async function member(broker: Broker, topic: string, partitions = PARTITIONS): Promise<Consumer> {
  const consumer = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 5_000 });
  await until(() => consumer.assigned().length === partitions);
  return consumer;
}

export function event(topic: string, key: string, value: string): OutgoingRecord {
  return outgoing({ topic, partition: partitionFor(key, PARTITIONS), key, value: Buffer.from(value), headers: { ce_type: 'OrderPlaced' } });
}

export async function publish(broker: Broker, records: readonly OutgoingRecord[]): Promise<void> {
  const producer = await broker.producer();
  await producer.publish(records);
  await producer.close();
}

export async function take(consumer: Pick<Consumer, 'next'>, count: number): Promise<readonly IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  while (records.length < count) {
    const more = await consumer.next();
    if (more.length === 0) throw new Error(`closed after ${records.length} of ${count} records`);
    records.push(...more);
  }
  return records;
}

/** Goes on taking until the consumer is closed. */
export function collect(consumer: Consumer): readonly IncomingRecord[] {
  const records: IncomingRecord[] = [];
  void (async () => {
    for (let more = await consumer.next(); more.length > 0; more = await consumer.next()) records.push(...more);
  })();
  return records;
}

export async function until(isSo: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 25_000; !isSo(); await pause(20)) {
    if (Date.now() > giveUpAt) throw new Error('it did not become so within 25 s');
  }
}

export function holds(consumer: Consumer, { topic, partition }: TopicPartition): boolean {
  return consumer.assigned().some((held) => held.topic === topic && held.partition === partition);
}

export function values(records: readonly IncomingRecord[]): readonly string[] {
  return records.map(({ value }) => String(value));
}

export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
