import { setTimeout as pause } from 'node:timers/promises';
import { Producer as RawProducer } from '@platformatic/kafka';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { outgoing, partitionFor, type IncomingRecord, type Position } from '../src/broker/index.ts';
import { brokerStage, DRIVERS, event, member, PARTITIONS, publish, range, take, until, values } from './broker-stage.ts';

const stage = brokerStage();
const { world } = stage;

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
    await deleteUpTo({ topic, partition, offset: 4n });
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
    const admin = new Kafka({ brokers: stage.kafka().brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: `${topic}-week`, configNames: ['retention.ms', 'cleanup.policy'] }] });
    await admin.disconnect();
    expect(Object.fromEntries(resources.flatMap(({ configEntries }) => configEntries.map(({ configName, configValue }) => [configName, configValue])))).toEqual({ 'retention.ms': '604800000', 'cleanup.policy': 'delete' });
  });

  it('reads beside all groups, from where it is told and on', async () => {
    const { broker, topic } = await world(driver);
    const partition = partitionFor('order-1', PARTITIONS);
    await publish(broker, range(10).map((n) => event(topic, 'order-1', `${n}`)));
    const consumer = await member(broker, topic);
    expect(await take(consumer, 10)).toHaveLength(10);
    const reader = await broker.reader({ from: [{ topic, partition, offset: 4n }], maxRecords: 3 });
    expect(values(await take(reader, 6))).toEqual(['4', '5', '6', '7', '8', '9']);
    await publish(broker, [...range(PARTITIONS * 4).map((n) => event(topic, `order-${n}`, 'another')), event(topic, 'order-1', 'more')]);
    const come: IncomingRecord[] = [];
    while (!values(come).includes('more')) come.push(...await reader.next());
    expect(new Set(come.map((record) => record.partition))).toEqual(new Set([partition]));
    expect(consumer.assigned()).toHaveLength(PARTITIONS);
    const waiting = reader.next();
    await reader.close();
    expect(await waiting).toEqual([]);
  });

  it('passes over what was deleted by age when it reads beside all groups', async () => {
    const { broker, topic } = await world(driver);
    await publish(broker, range(10).map((n) => event(topic, 'order-1', `${n}`)));
    await deleteUpTo({ topic, partition: partitionFor('order-1', PARTITIONS), offset: 4n });
    const reader = await broker.reader({ from: range(PARTITIONS).map((partition) => ({ topic, partition, offset: 0n })), maxRecords: 100 });
    expect(values(await take(reader, 6))).toEqual(['4', '5', '6', '7', '8', '9']);
  });

  it('ends a waiting next() when it is closed, before it has left its group', async () => {
    const { broker, topic } = await world(driver);
    const consumer = await member(broker, topic);
    const waiting = consumer.next();
    const closed = consumer.close();
    expect(await Promise.race([waiting, closed])).toEqual([]);
    await closed;
    expect(await consumer.next()).toEqual([]);
  });
});

/** As a broker does with what is old. */
async function deleteUpTo({ topic, partition, offset }: Position): Promise<void> {
  const admin = new Kafka({ brokers: stage.kafka().brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  // loads the metadata that the deletion relies on
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  await admin.disconnect();
}

async function publishRaw(topic: string): Promise<void> {
  const raw = new RawProducer({ clientId: 'raw', bootstrapBrokers: [stage.kafka().brokers], idempotent: true });
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
