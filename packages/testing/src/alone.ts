import { contracts, type AnyMessage, type TopicName } from '@order-mesh/contracts';
import { systemClock } from '@order-mesh/kernel';
import { createBroker, createCodec, defaultLimits, outgoing, partitionFor, Processor, type Broker, type Codec, type Received } from '@order-mesh/messaging';
import { bootServices, pgMessageStore, service, type Database, type Env, type ServiceDefinition } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from './database.ts';
import { startTestKafka } from './kafka.ts';
import { until } from './until.ts';

const PARTITIONS = 3;

/** A message as another service would send it. */
export type Telling = AnyMessage & { readonly key: string };

/** A service that runs alone on a real Kafka and a real PostgreSQL, with somebody listening to what it says. */
export interface Alone {
  /** Puts each message on the topic of its type. */
  publish(...messages: readonly Telling[]): Promise<void>;
  /** Everything said so far, each message once. */
  readonly said: readonly Received[];
  /** What was said since the last call, once it is `count` messages: "<key> <type>", sorted. `withinMs`, usually half a minute, is to be longer where a partner in trouble may be spared. */
  heard(count: number, withinMs?: number): Promise<readonly string[]>;
  /** Acts as the service's own role. */
  readonly database: Database;
  /** Stops the service and starts it again, with the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the service and listens to these topics; `settings` are its environment. What has started is stopped when it fails. */
export async function runAlone<Config>(definition: ServiceDefinition<Config>, listenTo: readonly TopicName[], settings: Env = {}): Promise<Alone> {
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

async function start<Config>(definition: ServiceDefinition<Config>, listenTo: readonly TopicName[], { settings, stops }: Start): Promise<Omit<Alone, 'stop'>> {
  const postgres = await startTestDatabase();
  stops.push(() => postgres.stop());
  const kafka = await startTestKafka();
  stops.push(() => kafka.stop());
  const env = { KAFKA_BROKERS: kafka.brokers, KAFKA_PARTITIONS: String(PARTITIONS), DATABASE_URL: postgres.url, ADMIN_PORT: '0', LOG_LEVEL: 'silent', ...settings };
  const boot = () => bootServices([service(definition)], { env, groupId: definition.name });
  let running = await boot();
  stops.push(() => running.stop());
  const broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  stops.push(() => broker.close());
  const producer = await broker.producer();
  stops.push(() => producer.close());
  const codec = createCodec();
  const said: Received[] = [];
  const listener = listen(listenTo, said, { broker, codec, postgres });
  await listener.start();
  stops.push(() => listener.stop());
  let told = 0;
  return {
    said, database: postgres.open(definition.name.replaceAll('-', '_')),
    publish: (...messages) => producer.publish(messages.map((message) => outgoing(
      { topic: contracts[message.type].topic, partition: partitionFor(message.key, PARTITIONS), key: message.key, value: codec.encode(message), headers: {} }))),
    heard: (count, withinMs) => until(`${count} messages`, async () => {
      const news = said.slice(told);
      if (news.length < count) return null;
      told += news.length;
      return news.map(({ key, type }) => `${key} ${type}`).sort();
    }, withinMs),
    async restart() {
      await running.stop();
      running = await boot();
    },
  };
}

interface Means {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly postgres: TestDatabase;
}

function listen(topics: readonly TopicName[], said: Received[], { broker, codec, postgres }: Means): Processor {
  const ids = new Set<string>();
  // a member that joins publishes again what its neighbours may not have; the ids tell
  const note = (batch: readonly Received[]): void => { said.push(...batch.filter(({ id }) => !ids.has(id) && ids.add(id))); };
  return new Processor({
    participants: [{ name: 'listener', projection: false, subscriptions: [{ topics, handle: async (batch, unit) => { unit.afterCommit(() => { note(batch); }); } }] }],
    broker, codec, groupId: 'listener', inPlace: false, store: pgMessageStore(postgres.open()), clock: systemClock,
    watcher: { batch: () => {}, assigned: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
  });
}
