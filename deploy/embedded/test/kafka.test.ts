import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { freePort, startKafka } from '@order-mesh/embedded';
import { inTempDir } from './temp.ts';

const TOPIC = 'order.events.v1';

async function publish(brokers: string, value: string): Promise<void> {
  const producer = new Producer({ clientId: 'test', bootstrapBrokers: [brokers], serializers: stringSerializers, retries: 30 });
  await producer.send({ messages: [{ topic: TOPIC, key: 'order-17', value }], acks: -1 });
  await producer.close();
}

async function createTopic(brokers: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers] });
  await admin.createTopics({ topics: [TOPIC], partitions: 1, replicas: 1 });
  await admin.close();
}

async function read(brokers: string, count: number): Promise<readonly string[]> {
  const consumer = new Consumer({ clientId: 'test', groupId: 'reader', bootstrapBrokers: [brokers], deserializers: stringDeserializers });
  const stream = await consumer.consume({ topics: [TOPIC], mode: 'earliest' });
  const values: string[] = [];
  for await (const message of stream) {
    values.push(message.value);
    if (values.length === count) break;
  }
  await consumer.close(true);
  return values;
}

describe('the embedded Kafka', () => {
  it('keeps what it acknowledged through a kill -9 and through an orderly stop', () => inTempDir(async (dir) => {
    const port = await freePort();
    const first = await startKafka({ dataDir: dir, port });
    await createTopic(first.brokers);
    await publish(first.brokers, 'placed');
    await first.kill();
    const second = await startKafka({ dataDir: dir, port });
    await publish(second.brokers, 'confirmed');
    await second.stop();
    const third = await startKafka({ dataDir: dir, port });
    expect(await read(third.brokers, 2)).toEqual(['placed', 'confirmed']);
    await third.stop();
  }), 120_000);

  it('knows no group of before when it starts again, so that whoever comes has all partitions at once', () => inTempDir(async (dir) => {
    const port = await freePort();
    const first = await startKafka({ dataDir: dir, port });
    await createTopic(first.brokers);
    await publish(first.brokers, 'placed');
    // a member that stays in the group: it is not closed, its broker is killed
    const dead = new Consumer({ clientId: 'test', groupId: 'reader', bootstrapBrokers: [first.brokers], deserializers: stringDeserializers, sessionTimeout: 600_000, rebalanceTimeout: 600_000, retries: 30, retryDelay: 100 });
    const stream = await dead.consume({ topics: [TOPIC], mode: 'earliest' });
    stream.on('error', () => {});
    await first.kill();
    await dead.close(true).catch(() => {});
    const second = await startKafka({ dataDir: dir, port });
    expect(await read(second.brokers, 1)).toEqual(['placed']);
    await second.stop();
  }), 120_000);

  it('makes no topic that nobody declared', () => inTempDir(async (dir) => {
    const server = await startKafka({ dataDir: dir, port: await freePort() });
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [server.brokers], serializers: stringSerializers, retries: 0 });
    await expect(producer.send({ messages: [{ topic: 'order.evnets.v1', value: 'lost' }], acks: -1 })).rejects.toThrow();
    await producer.close();
    await server.stop();
  }), 60_000);

  it('says which port is taken and which variable moves it', () => inTempDir(async (dir) => {
    const port = await freePort();
    const server = await startKafka({ dataDir: `${dir}/one`, port });
    await expect(startKafka({ dataDir: `${dir}/two`, port })).rejects.toMatchObject({ code: 'PORT_TAKEN', advice: expect.stringMatching(`${port}.*Kafka.*KAFKA_PORT`) });
    await server.stop();
  }), 60_000);

  it('runs beside another one', () => inTempDir(async (dir) => {
    const servers = await Promise.all(['one', 'two'].map(async (name) => startKafka({ dataDir: `${dir}/${name}`, port: await freePort() })));
    await Promise.all(servers.map((server) => createTopic(server.brokers)));
    await Promise.all(servers.map((server, index) => publish(server.brokers, `for ${index}`)));
    expect(await Promise.all(servers.map((server) => read(server.brokers, 1)))).toEqual([['for 0'], ['for 1']]);
    await Promise.all(servers.map((server) => server.stop()));
  }), 120_000);
});
