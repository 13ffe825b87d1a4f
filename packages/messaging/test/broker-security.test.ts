import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startKafka, type KafkaServer } from '@order-mesh/embedded';
import { selfSigned } from '@order-mesh/simulator';
import { createBroker, type Broker, type BrokerDriver, type BrokerSecurity } from '../src/broker/index.ts';
import { answers } from '../src/broker/platformatic-client.ts';
import { DRIVERS, event, leaveDeadMember, member, missLate, PARTITIONS, publish, take, until, values } from './broker-stage.ts';

const identity = selfSigned('Kafka', Date.now());
const login = { mechanism: 'SCRAM-SHA-512', username: 'credit', password: 'a-long-password' } as const;
const security: BrokerSecurity = { tls: { ca: identity.certificate }, sasl: login };

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
    const broker = brokerWith(driver, security);
    const topic = `secured-${driver}`;
    await broker.createTopics([{ name: topic, partitions: PARTITIONS }]);
    await publish(broker, [event(topic, 'order-1', 'placed'), event(topic, 'order-1', 'paid')]);
    expect(values(await take(await member(broker, topic), 2))).toEqual(['placed', 'paid']);
    expect((await broker.ends([topic])).reduce((sum, { offset }) => sum + offset, 0n)).toBe(2n);
  }, 60_000);

  it('take the place of a member that was killed', async () => {
    const topic = `succeeded-${driver}`;
    const broker = brokerWith(driver, security);
    await broker.createTopics([{ name: topic, partitions: PARTITIONS }]);
    await leaveDeadMember({ driver, brokers: kafka.brokers, security, topic });
    await publish(broker, [event(topic, 'order-1', 'placed')]);
    expect(values(await take(await member(broker, topic), 1))).toEqual(['placed']);
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

it('let a member that follows a killed one of its name take its partitions at once', async () => {
  const topic = 'inherited';
  const broker = brokerWith('platformatic', security);
  await broker.createTopics([{ name: topic, partitions: PARTITIONS }]);
  await missLate(topic, { clientId: 'test', bootstrapBrokers: [kafka.brokers], tls: { ca: identity.certificate }, sasl: login });
  await leaveDeadMember({ driver: 'platformatic', brokers: kafka.brokers, security, topic, instance: 'credit@pod-1' });
  const heir = await broker.consumer({ groupId: topic, topics: [topic], maxRecords: 10, instance: 'credit@pod-1' });
  await until(() => heir.assigned().length === PARTITIONS);
}, 60_000);

it('A login that is cut off is no answer, and ends nobody', async () => {
  const server = createServer((socket) => { socket.once('data', () => socket.resetAndDestroy()); }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const brokers = [`127.0.0.1:${(server.address() as AddressInfo).port}`];
    expect(await answers({ brokers, clientId: 'security-test', security: { sasl: login } })).toBe(false);
  } finally {
    server.close();
  }
});
