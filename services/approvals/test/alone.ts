import type { AnyMessage, TopicName } from '@order-mesh/contracts';
import { systemClock } from '@order-mesh/kernel';
import { createBroker, createCodec, defaultLimits, partitionFor, Processor, type Received } from '@order-mesh/messaging';
import { bootServices, pgMessageStore, service, type Database, type Env, type ServiceDefinition } from '@order-mesh/platform';
import { startTestDatabase, startTestKafka, until } from '@order-mesh/testing';

const PARTITIONS = 3;

/** A service that runs alone on a real Kafka and a real PostgreSQL, with somebody listening to what it says. */
export interface Alone {
  publish(topic: TopicName, ...messages: readonly (AnyMessage & { readonly key: string })[]): Promise<void>;
  /** What was said since the last call, once it is `count` messages: "<key> <type>", sorted. */
  heard(count: number): Promise<readonly string[]>;
  readonly database: Database;
  stop(): Promise<void>;
}

export async function runAlone<Config>(definition: ServiceDefinition<Config>, listenTo: TopicName, settings: Env = {}): Promise<Alone> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => { for (const one of stops.splice(0).reverse()) await one(); };
  try {
    return { ...await start(definition, listenTo, { settings, stops }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Start {
  readonly settings: Env;
  /** What has to be stopped, in the order it was started. */
  readonly stops: (() => Promise<void>)[];
}

async function start<Config>(definition: ServiceDefinition<Config>, listenTo: TopicName, { settings, stops }: Start): Promise<Omit<Alone, 'stop'>> {
  const postgres = await startTestDatabase();
  stops.push(() => postgres.stop());
  const kafka = await startTestKafka();
  stops.push(() => kafka.stop());
  const env = { KAFKA_BROKERS: kafka.brokers, KAFKA_PARTITIONS: String(PARTITIONS), DATABASE_URL: postgres.url, ADMIN_PORT: '0', LOG_LEVEL: 'silent', ...settings };
  const running = await bootServices([service(definition)], { env, groupId: definition.name });
  stops.push(() => running.stop());
  const broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  stops.push(() => broker.close());
  const codec = createCodec();
  const said: Received[] = [];
  const ids = new Set<string>();
  // a member that joins publishes again what its neighbours may not have; the ids tell
  const note = (batch: readonly Received[]): void => { said.push(...batch.filter(({ id }) => !ids.has(id) && ids.add(id))); };
  const listener = new Processor({
    participants: [{ name: 'listener', projection: false, subscriptions: [{ topics: [listenTo], handle: async (batch, unit) => { unit.afterCommit(() => { note(batch); }); } }] }],
    broker, codec, groupId: 'listener', inPlace: false, store: pgMessageStore(postgres.open()), clock: systemClock,
    watcher: { batch: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
  });
  await listener.start();
  stops.push(() => listener.stop());
  return {
    async publish(topic, ...messages) {
      const producer = await broker.producer();
      await producer.publish(messages.map((message) => (
        { topic, partition: partitionFor(message.key, PARTITIONS), key: message.key, value: codec.encode(message), headers: {} })));
      await producer.close();
    },
    heard: (count) => until(`${count} messages`, async () => said.length >= count && said.splice(0).map(({ key, type }) => `${key} ${type}`).sort()),
    database: postgres.open(definition.name),
  };
}
