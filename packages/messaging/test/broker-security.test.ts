import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { selfSigned } from '@order-mesh/simulator';
import { createBroker, type Broker, type BrokerDriver, type BrokerSecurity } from '../src/broker/index.ts';
import { DRIVERS, event, member, PARTITIONS, publish, take, values } from './broker-stage.ts';

const identity = selfSigned('Kafka', Date.now());
const login = { mechanism: 'SCRAM-SHA-512', username: 'credit', password: 'a-long-password' } as const;

let kafka: KafkaServer;
let dataDir: string;
const open: Broker[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'broker-test-'));
  kafka = await startKafka({ dataDir, port: await freePort(), secured: { ...identity, users: { [login.username]: login.password } } });
}, 120_000);
afterAll(async () => {
  await Promise.all(open.map((broker) => broker.close()));
  await kafka?.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

const brokerWith = (driver: BrokerDriver, security?: BrokerSecurity): Broker => {
  const broker = createBroker({ driver, brokers: [kafka.brokers], clientId: 'security-test', ...(security && { security }) });
  open.push(broker);
  return broker;
};

describe.each(DRIVERS)('%s and a broker that asks for TLS and a login', (driver) => {
  it('are understood: topics, records and groups', async () => {
    const broker = brokerWith(driver, { tls: { ca: identity.certificate }, sasl: login });
    const topic = `secured-${driver}`;
    await broker.createTopics([{ name: topic, partitions: PARTITIONS }]);
    await publish(broker, [event(topic, 'order-1', 'placed'), event(topic, 'order-1', 'paid')]);
    expect(values(await take(await member(broker, topic), 2))).toEqual(['placed', 'paid']);
    expect((await broker.ends([topic])).reduce((sum, { offset }) => sum + offset, 0n)).toBe(2n);
  }, 60_000);

  it('take the place of a member that a crash left behind', async () => {
    const topic = `succeeded-${driver}`;
    const first = brokerWith(driver, { tls: { ca: identity.certificate }, sasl: login });
    await first.createTopics([{ name: topic, partitions: PARTITIONS }]);
    const wish = { groupId: topic, topics: [topic], maxRecords: 10, instance: 'credit@pod-1' };
    const left = await first.consumer(wish);
    await publish(first, [event(topic, 'order-1', 'placed')]);
    expect(values(await take(left, 1))).toEqual(['placed']);
    const next = await brokerWith(driver, { tls: { ca: identity.certificate }, sasl: login }).consumer(wish);
    expect(values(await take(next, 1))).toEqual(['placed']);
  }, 60_000);

  it('part with a wrong password, without a certificate that is known, and in clear text', async () => {
    const strangers = [
      brokerWith(driver, { tls: { ca: identity.certificate }, sasl: { ...login, password: 'another' } }),
      brokerWith(driver, { tls: {}, sasl: login }),
      brokerWith(driver),
    ];
    const answers = await Promise.all(strangers.map((broker) => broker.topics().then(() => 'let in', ({ code }: { readonly code: string }) => code)));
    expect(answers).toEqual(['BROKER_UNREACHABLE', 'BROKER_UNREACHABLE', 'BROKER_UNREACHABLE']);
  }, 90_000);
});
