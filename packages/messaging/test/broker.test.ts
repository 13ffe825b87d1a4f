import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Producer as RawProducer } from '@platformatic/kafka';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { createBroker, outgoing, partitionFor, type Broker, type BrokerDriver, type Consumer, type IncomingRecord, type OutgoingRecord, type Stall, type TopicPartition } from '../src/broker/index.ts';

const DRIVERS: readonly BrokerDriver[] = ['platformatic', 'kafkajs'];
const PARTITIONS = 6;
/** Longer than every session, timeout and number of tries of either library. */
const LONG_OUTAGE_MS = 65_000;

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

it('gives a partition number of all topics to one member, so that an order stays in one process', async () => {
  const { broker, topic } = await world('platformatic');
  const topics = [topic, `${topic}-commands`, `${topic}-events`];
  await broker.createTopics(topics.map((name) => ({ name, partitions: PARTITIONS })));
  const members: Consumer[] = [];
  for (const _ of range(2)) members.push(await broker.consumer({ groupId: topic, topics, maxRecords: 500 }));
  const held = (consumer: Consumer): readonly string[] => topics.map((name) => consumer.assigned().filter((one) => one.topic === name).map(({ partition }) => partition).sort().join());
  await until(() => members.every((consumer) => consumer.assigned().length === 9));
  for (const consumer of members) expect(new Set(held(consumer)).size).toBe(1);
}, 60_000);

it('does not fetch what this process sent itself, while nobody else writes there', async () => {
  const { broker, topic } = await world('platformatic');
  const consumer = await member(broker, topic);
  const producer = await broker.producer({ onTaken: (ranges) => { consumer.pass(ranges); } });
  let arrived = 0;
  const taking = (async () => {
    for (let records = await consumer.next(); records.length > 0; records = await consumer.next()) arrived += records.length;
  })();
  for (const step of range(150)) await producer.publish([{ ...event(topic, 'order-1', `${step}`), takenHere: true }]);
  await producer.publish([event(topic, 'order-1', 'the one to come')]);
  await until(() => arrived > 0);
  await pause(500);
  expect(arrived).toBeLessThan(75);
  await consumer.close();
  await taking;
}, 60_000);

describe.each(DRIVERS)('records through %s', (driver) => {
  it('keeps the order of each order, also between overlapping calls', async () => {
    const { broker, topic } = await world(driver);
    const producer = await broker.producer();
    const consumer = await member(broker, topic);
    await Promise.all(range(200).map((step) => producer.publish(range(7).map((order) => event(topic, `order-${order}`, `${step}`)))));
    const records = await take(consumer, 1_400);
    for (const order of range(7)) {
      const steps = records.filter(({ key }) => key === `order-${order}`).map(({ value }) => Number(value));
      expect(steps).toEqual(range(200));
    }
    expect(records.every(({ key, partition }) => partition === partitionFor(key, PARTITIONS))).toBe(true);
  });

  it('hands out at most as many records at once as asked for, and none twice', async () => {
    const { broker, topic } = await world(driver);
    await publish(broker, range(250).map((n) => event(topic, `order-${n}`, `${n}`)));
    const consumer = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 100 });
    const sizes: number[] = [];
    const seen = new Set<string>();
    while (seen.size < 250) {
      const records = await consumer.next();
      sizes.push(records.length);
      for (const { value } of records) seen.add(String(value));
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(250);
  });

  it('leaves out at most what need not come back, whoever else writes between', async () => {
    const { broker, topic } = await world(driver);
    const consumer = await member(broker, topic);
    const producer = await broker.producer({ onTaken: (ranges) => { consumer.pass(ranges); } });
    // another process: what it sends is never ours
    const other = await (await world(driver)).broker.producer();
    const arrived: string[] = [];
    const taking = (async () => {
      for (let records = await consumer.next(); records.length > 0; records = await consumer.next()) arrived.push(...records.map(({ key, value }) => `${key} ${String(value)}`));
    })();
    for (const step of range(120)) {
      await producer.publish(range(4).map((order) => ({ ...event(topic, `order-${order}`, `own ${step}`), takenHere: true })));
      if (step % 10 === 3) await other.publish(range(4).map((order) => event(topic, `order-${order}`, `foreign ${step}`)));
      if (step % 10 === 7) await producer.publish(range(4).map((order) => event(topic, `order-${order}`, `wanted ${step}`)));
    }
    const must = range(4).flatMap((order) => range(120).flatMap((step) => (step % 10 === 3 ? [`order-${order} foreign ${step}`] : step % 10 === 7 ? [`order-${order} wanted ${step}`] : [])));
    await until(() => must.every((one) => arrived.includes(one)));
    for (const order of range(4)) {
      const mine = (all: readonly string[]): readonly string[] => all.filter((one) => one.startsWith(`order-${order} `) && !one.includes(' own '));
      expect(mine(arrived)).toEqual(mine(must));
    }
    await consumer.close();
    await taking;
  }, 60_000);

  it('gives a later member what was not committed, and not what was', async () => {
    const { broker, topic } = await world(driver);
    await publish(broker, range(10).map((n) => event(topic, 'order-1', `${n}`)));
    const first = await member(broker, topic);
    expect(await take(first, 10)).toHaveLength(10);
    const partition = partitionFor('order-1', PARTITIONS);
    await first.commit([{ topic, partition, offset: 4n }]);
    await first.close();
    const second = await member(broker, topic);
    expect(values(await take(second, 6))).toEqual(['4', '5', '6', '7', '8', '9']);
  });

  it('carries what no schema would allow exactly as it is', async () => {
    const { broker, topic } = await world(driver);
    await publishRaw(topic);
    const consumer = await member(broker, topic);
    const [nothing, bytes, empty, unnamed, last] = await take(consumer, 5);
    expect(nothing).toMatchObject({ key: 'tombstone', value: null, headers: {} });
    expect(bytes?.value).toEqual(Buffer.from([0, 255, 1, 254, 0x80, 0xc3]));
    expect(empty?.value).toEqual(Buffer.alloc(0));
    expect(unnamed).toMatchObject({ key: '', headers: { 'ce_客户': '华东仪器', blank: '', twice: 'second' } });
    expect(Object.entries(unnamed?.headers ?? {})).toContainEqual(['__proto__', 'poison']);
    expect(last).toMatchObject({ key: 'last', offset: 4n, timestamp: 1_767_225_600_000 });
  });

  it('refuses a record that Kafka will not take, and nothing beside it', async () => {
    const { broker, topic } = await world(driver);
    const producer = await broker.producer();
    const consumer = await member(broker, topic);
    const [huge, stranger, good] = await Promise.allSettled([
      producer.publish([outgoing({ topic, partition: 0, key: 'order-1', value: Buffer.alloc(1_200_000), headers: {} })]),
      producer.publish([event('no-such-topic', 'order-1', 'lost')]),
      producer.publish([event(topic, 'order-1', 'kept')]),
    ]);
    expect(huge).toMatchObject({ status: 'rejected', reason: { code: 'BAD_MESSAGE' } });
    expect(stranger).toMatchObject({ status: 'rejected', reason: { code: 'BAD_MESSAGE' } });
    expect(good).toMatchObject({ status: 'fulfilled' });
    expect(values(await take(consumer, 1))).toEqual(['kept']);
  }, 20_000);

  it('takes 20,000 records in one call', async () => {
    const { broker, topic } = await world(driver);
    const consumer = await member(broker, topic);
    const body = 'x'.repeat(480);
    const publishing = publish(broker, range(20_000).map((n) => event(topic, `order-${n}`, `${n} ${body}`)));
    const records = await take(consumer, 20_000);
    await publishing;
    expect(new Set(records.map(({ key }) => key)).size).toBe(20_000);
    const ends = await broker.ends([topic]);
    expect(ends).toHaveLength(PARTITIONS);
    expect(ends.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(20_000);
  }, 30_000);

  it('knows where a partition begins after old records were deleted', async () => {
    const { broker, topic } = await world(driver);
    await publish(broker, range(10).map((n) => event(topic, 'order-1', `${n}`)));
    const partition = partitionFor('order-1', PARTITIONS);
    const begins = async () => (await broker.begins([topic])).filter(({ offset }) => offset > 0n);
    expect(await begins()).toEqual([]);
    const admin = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    // loads the metadata that the deletion relies on
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: '4' }] });
    await admin.disconnect();
    expect(await begins()).toEqual([{ topic, partition, offset: 4n }]);
    expect(await take(await member(broker, topic), 6)).toHaveLength(6);
  }, 30_000);

  it('creates topics once, and leaves existing ones as they are', async () => {
    const { broker, topic } = await world(driver);
    const table = `${topic}-table`;
    await broker.createTopics([{ name: topic, partitions: 3 }, { name: table, partitions: 2, compacted: true }]);
    await Promise.all(range(3).map(() => broker.createTopics([{ name: table, partitions: 2, compacted: true }, { name: `${topic}-new`, partitions: 1 }])));
    const topics = new Map((await broker.topics()).map(({ name, partitions }) => [name, partitions]));
    expect([topics.get(topic), topics.get(table), topics.get(`${topic}-new`)]).toEqual([PARTITIONS, 2, 1]);
  });

  it('has topics keep their records for as long as it is told', async () => {
    const { broker, topic } = await world(driver);
    await broker.createTopics([{ name: `${topic}-week`, partitions: 1, keptFor: 604_800_000 }, { name: `${topic}-table`, partitions: 1, compacted: true }]);
    const admin = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: `${topic}-week`, configNames: ['retention.ms', 'cleanup.policy'] }] });
    await admin.disconnect();
    expect(Object.fromEntries(resources.flatMap(({ configEntries }) => configEntries.map(({ configName, configValue }) => [configName, configValue])))).toEqual({ 'retention.ms': '604800000', 'cleanup.policy': 'delete' });
  });

  it('ends a waiting next() when it is closed, at once', async () => {
    const { broker, topic } = await world(driver);
    const consumer = await member(broker, topic);
    const waiting = consumer.next();
    const started = Date.now();
    const closed = consumer.close();
    expect(await waiting).toEqual([]);
    expect(Date.now() - started).toBeLessThan(300);
    await closed;
    expect(await consumer.next()).toEqual([]);
    expect(Date.now() - started).toBeLessThan(3_500);
  });
});

describe.each(DRIVERS)('a group through %s', (driver) => {
  it('shares the partitions with a member that comes, and takes them back when it leaves', async () => {
    const { broker, topic } = await world(driver);
    const told: number[] = [];
    const first = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 500, onAssigned: (assigned) => { told.push(assigned.length); } });
    await until(() => first.assigned().length === PARTITIONS);
    const second = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 500 });
    await until(() => first.assigned().length === 3 && second.assigned().length === 3);
    await publish(broker, range(60).map((n) => event(topic, `order-${n}`, `${n}`)));
    const [ofFirst, ofSecond] = [collect(first), collect(second)];
    await until(() => ofFirst.length + ofSecond.length === 60);
    expect(ofFirst.every((record) => holds(first, record))).toBe(true);
    expect(ofSecond.every((record) => holds(second, record))).toBe(true);
    await second.close();
    await until(() => first.assigned().length === PARTITIONS);
    await until(() => new Set(values(ofFirst)).size === 60);
    expect(told.at(-1)).toBe(PARTITIONS);
  }, 30_000);

  it('drops what is buffered of partitions it lost', async () => {
    const { broker, topic } = await world(driver);
    const first = await member(broker, topic);
    await publish(broker, range(60).map((n) => event(topic, `order-${n}`, `${n}`)));
    await pause(300);
    const second = await member(broker, topic, 3);
    await until(() => first.assigned().length === 3);
    const [ofFirst, ofSecond] = [collect(first), collect(second)];
    await until(() => ofFirst.length + ofSecond.length === 60);
    expect(ofFirst.length).toBeGreaterThan(0);
    expect(ofFirst.every((record) => holds(first, record))).toBe(true);
    expect(new Set([...values(ofFirst), ...values(ofSecond)]).size).toBe(60);
  }, 30_000);

  it('takes over from a member that was killed', async () => {
    const { broker, topic } = await world(driver);
    const other = startLostMember(driver, topic);
    await once(other.stdout ?? other, 'data');
    const left = await member(broker, topic, 3);
    other.kill('SIGKILL');
    await publish(broker, range(60).map((n) => event(topic, `order-${n}`, `${n}`)));
    expect(new Set(values(await take(left, 60))).size).toBe(60);
  }, 40_000);
});

describe('when the broker fails, both drivers', () => {
  it('lose nothing that was acknowledged and go on by themselves: killed and restarted, then away for 65 s', async () => {
    const flows = await Promise.all(DRIVERS.map(startFlow));
    const idlers = await Promise.all(DRIVERS.map(startIdler));
    await pause(1_000);
    await kafka.kill();
    kafka = await startKafka({ dataDir, port });
    await Promise.all(flows.map((flow) => flow.progresses()));
    await kafka.stop();
    await Promise.all([pause(LONG_OUTAGE_MS), ...idlers.map(closesInTime)]);
    kafka = await startKafka({ dataDir, port });
    await Promise.all(flows.map((flow) => flow.progresses()));
    for (const flow of flows) {
      const { acknowledged, arrived, inOrder } = await flow.end();
      expect(acknowledged.filter((n) => !arrived.has(n))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(50);
      expect(inOrder).toBe(true);
    }
    // an outage is no stall: nobody is to be ended for it
    expect(stalls).toEqual([]);
  }, 180_000);
});

async function world(driver: BrokerDriver): Promise<{ readonly broker: Broker; readonly topic: string }> {
  const broker = createBroker({ driver, brokers: [kafka.brokers], clientId: 'broker-test', onStall: (stall) => { stalls.push(stall); } });
  open.push(broker);
  topicsMade += 1;
  const topic = `orders-${driver}-${topicsMade}`;
  await broker.createTopics([{ name: topic, partitions: PARTITIONS }]);
  return { broker, topic };
}

async function member(broker: Broker, topic: string, partitions = PARTITIONS): Promise<Consumer> {
  const consumer = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 5_000 });
  await until(() => consumer.assigned().length === partitions);
  return consumer;
}

function event(topic: string, key: string, value: string): OutgoingRecord {
  return outgoing({ topic, partition: partitionFor(key, PARTITIONS), key, value: Buffer.from(value), headers: { ce_type: 'OrderPlaced' } });
}

async function publish(broker: Broker, records: readonly OutgoingRecord[]): Promise<void> {
  const producer = await broker.producer();
  await producer.publish(records);
  await producer.close();
}

async function publishRaw(topic: string): Promise<void> {
  const raw = new RawProducer({ clientId: 'raw', bootstrapBrokers: [kafka.brokers], idempotent: true });
  const headers = new Map([['ce_客户', '华东仪器'], ['blank', ''], ['__proto__', 'poison']].map(([name = '', value = '']) => [Buffer.from(name), Buffer.from(value)]));
  headers.set(Buffer.from('twice'), Buffer.from('first')).set(Buffer.from('twice'), Buffer.from('second'));
  const at = { topic, partition: 0 };
  await raw.send({ messages: [
    // the library's type knows no tombstone, its encoder does
    { ...at, key: Buffer.from('tombstone'), value: null as unknown as Buffer },
    { ...at, key: Buffer.from('bytes'), value: Buffer.from([0, 255, 1, 254, 0x80, 0xc3]) },
    { ...at, key: Buffer.from('empty'), value: Buffer.alloc(0) },
    { ...at, value: Buffer.from('no key'), headers },
  ] });
  await raw.send({ messages: [{ ...at, key: Buffer.from('last'), value: Buffer.from('last'), timestamp: 1_767_225_600_000n }] });
  await raw.close();
}

/** Publishes and takes numbered records until told to end. */
async function startFlow(driver: BrokerDriver) {
  const { broker, topic } = await world(driver);
  const producer = await broker.producer();
  const consumer = await member(broker, topic);
  const flow = { acknowledged: [] as number[], arrived: new Set<number>(), inOrder: true, stop: false };
  const publishing = (async () => {
    for (let n = 0; !flow.stop; n += 1) {
      await producer.publish([event(topic, 'order-1', `${n}`)]);
      flow.acknowledged.push(n);
      await pause(20);
    }
  })();
  const taking = (async () => {
    for (let records = await consumer.next(); records.length > 0; records = await consumer.next()) {
      for (const { value } of records) {
        // a record may come again, but a new one never before an older one
        flow.inOrder &&= Number(value) <= flow.arrived.size;
        flow.arrived.add(Number(value));
      }
      const last = records.at(-1);
      if (last) await consumer.commit([{ ...last, offset: last.offset + 1n }]);
    }
  })();
  return {
    progresses: async () => {
      const before = flow.acknowledged.length;
      await until(() => flow.acknowledged.length > before + 20 && flow.arrived.has(before + 20));
    },
    end: async () => {
      flow.stop = true;
      await publishing;
      await until(() => flow.arrived.size >= flow.acknowledged.length);
      await consumer.close();
      await taking;
      return flow;
    },
  };
}

async function startIdler(driver: BrokerDriver) {
  const { broker, topic } = await world(driver);
  const consumer = await member(broker, topic);
  const producer = await broker.producer();
  await producer.publish([event(topic, 'order-1', 'before')]);
  return { consumer, producer, topic };
}

/** With the broker away, nothing that is closed waits for it. */
async function closesInTime({ consumer, producer, topic }: Awaited<ReturnType<typeof startIdler>>): Promise<void> {
  const started = Date.now();
  const owed = producer.publish([event(topic, 'order-1', 'never sent')]);
  await Promise.all([
    consumer.close(),
    producer.close(),
    expect(owed).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' }),
  ]);
  expect(Date.now() - started).toBeLessThan(10_000);
}

function startLostMember(driver: BrokerDriver, topic: string): ChildProcess {
  const script = join(import.meta.dirname, 'lost-member.ts');
  return spawn(process.execPath, ['--conditions=source', script, driver, kafka.brokers, topic, topic], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function take(consumer: Consumer, count: number): Promise<readonly IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  while (records.length < count) {
    const more = await consumer.next();
    if (more.length === 0) throw new Error(`closed after ${records.length} of ${count} records`);
    records.push(...more);
  }
  return records;
}

/** Goes on taking until the consumer is closed. */
function collect(consumer: Consumer): readonly IncomingRecord[] {
  const records: IncomingRecord[] = [];
  void (async () => {
    for (let more = await consumer.next(); more.length > 0; more = await consumer.next()) records.push(...more);
  })();
  return records;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 25_000; !isSo(); await pause(20)) {
    if (Date.now() > giveUpAt) throw new Error('it did not become so within 25 s');
  }
}

function holds(consumer: Consumer, { topic, partition }: TopicPartition): boolean {
  return consumer.assigned().some((held) => held.topic === topic && held.partition === partition);
}

function values(records: readonly IncomingRecord[]): readonly string[] {
  return records.map(({ value }) => String(value));
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
