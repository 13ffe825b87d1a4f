import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { startProxy, until, type Proxy } from '@order-mesh/testing';
import { createBroker, outgoing, type Broker, type BrokerDriver, type Consumer, type Stall } from '../src/index.ts';

const DRIVERS: readonly BrokerDriver[] = ['platformatic', 'kafkajs'];
const STALL_AFTER_MS = 2_000;
const FETCH = 1;
const DESCRIBE_GROUP = 69;

let kafka: KafkaServer;
let proxy: Proxy;
let dataDir: string;
/** Connections that ask for records get no more answers; all others do. */
let isMute = false;
/** Whoever asks who is in a group loses the connection instead of hearing it. */
let isCut = false;
let topicsMade = 0;
const open: Broker[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'order-mesh-kafka-'));
  const port = await freePort();
  proxy = await startProxy({ target: port, onData: (bytes, direction, connection) => {
    const asked = direction === 'up' && bytes.length > 6 ? bytes.readInt16BE(4) : undefined;
    if (isMute && asked === FETCH) connection.hold('down');
    if (isCut && asked === DESCRIBE_GROUP) connection.reset();
  } });
  kafka = await startKafka({ dataDir, port, advertisedPort: proxy.port });
}, 60_000);

afterEach(async () => {
  isMute = false;
  isCut = false;
  await Promise.all(open.splice(0).map((broker) => broker.close()));
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  await kafka?.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 30_000);

async function world(driver: BrokerDriver, instance?: string) {
  const stalls: Stall[] = [];
  const broker = createBroker({ driver, brokers: [kafka.brokers], clientId: 'stall-test', stallAfterMs: STALL_AFTER_MS, onStall: (stall) => { stalls.push(stall); } });
  open.push(broker);
  topicsMade += 1;
  const topics = [`orders-${topicsMade}`, `answers-${topicsMade}`] as const;
  await broker.createTopics(topics.map((name) => ({ name, partitions: 2 })));
  const consumer = await broker.consumer({ groupId: topics[0], topics, maxRecords: 100, ...(instance !== undefined && { instance }) });
  const arrived: string[] = [];
  void (async () => {
    for (let records = await consumer.next(); records.length > 0; records = await consumer.next()) arrived.push(...records.map(({ value }) => String(value)));
  })();
  await until('the assignment', async () => consumer.assigned().length === 4);
  const producer = await broker.producer();
  const publish = (topic: string, ...values: readonly string[]): Promise<void> => producer.publish(values.map((value) => (
    outgoing({ topic, partition: 0, key: value, value: Buffer.from(value), headers: {} }))));
  return { topics, consumer, arrived, stalls, publish };
}

const isWell = (consumer: Consumer) => until('no obstacle', async () => consumer.obstacle() === null);

describe.each(DRIVERS)('a consumer of %s', (driver) => {
  it('that receives nothing although records wait is replaced, and loses none of them', async () => {
    const { topics: [topic], consumer, arrived, stalls, publish } = await world(driver);
    await isWell(consumer);
    await publish(topic, 'one');
    await until('the first', async () => arrived.includes('one'));
    isMute = true;
    const [stall] = await until('the stall', async () => {
      await publish(topic, 'two');
      return stalls.length > 0 && stalls;
    });
    isMute = false;
    await publish(topic, 'three');
    expect(stall).toMatchObject({ groupId: topic, times: 1, reason: { code: 'CONSUMER_STALLED' } });
    expect(stall?.reason.message).toMatch(/records wait on the broker but none arrived for 2 s \(orders-\d+\/0 at \d\)|no heartbeat was answered/);
    await until('the rest', async () => arrived.includes('three'));
    expect([...new Set(arrived)]).toEqual(['one', 'two', 'three']);
    await isWell(consumer);
  }, 60_000);

  it('that a new one does not help is told of a second time, and is not ready', async () => {
    const { topics: [topic], consumer, stalls, publish } = await world(driver);
    isMute = true;
    await until('the second stall', async () => {
      // a fetch that was under way before still brings what comes first
      await publish(topic, 'one');
      return stalls.length === 2;
    });
    expect(stalls.map(({ times }) => times)).toEqual([1, 2]);
    expect(consumer.obstacle()).toMatch(/^no member of the consumer group/);
  }, 60_000);

  it('that is held back from a topic is not stalled, reads the others, and goes on where it was', async () => {
    const { topics: [topic, other], consumer, arrived, stalls, publish } = await world(driver);
    await isWell(consumer);
    consumer.hold([topic]);
    // what was asked for before may still come
    await pause(2_000);
    await publish(topic, 'early');
    await pause(1_000);
    const before = arrived.length;
    await publish(topic, 'held');
    await publish(other, 'answer');
    await until('the other topic', async () => arrived.includes('answer'));
    await pause(STALL_AFTER_MS * 2.5);
    expect([arrived.length - before, stalls]).toEqual([1, []]);
    consumer.hold([]);
    await until('what was held', async () => arrived.includes('held'));
    expect([...arrived].sort()).toEqual(['answer', 'early', 'held']);
    expect(stalls).toEqual([]);
  }, 60_000);

  it('gives no more bytes at once than it was told to', async () => {
    const { topics: [topic], publish } = await world(driver);
    const broker = open.at(-1);
    await publish(topic, ...Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(100_000)));
    const small = await broker?.consumer({ groupId: `${topic}-small`, topics: [topic], maxRecords: 1_000, maxBytes: 500_000 });
    const sizes: number[] = [];
    for (let seen = 0; seen < 40;) {
      const records = await small?.next() ?? [];
      seen += records.length;
      sizes.push(records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500_000);
  }, 60_000);
});

it('A consumer that loses the connection on which it asks for its predecessors lives, and reads', async () => {
  isCut = true;
  const { topics: [topic], arrived, publish } = await world('platformatic', 'orders@1');
  await publish(topic, 'one');
  await until('the first', async () => arrived.includes('one'));
}, 60_000);
