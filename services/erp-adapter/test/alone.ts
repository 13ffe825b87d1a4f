import type { AnyMessage, TopicName } from '@order-mesh/contracts';
import { systemClock } from '@order-mesh/kernel';
import { createBroker, createCodec, defaultLimits, partitionFor, Processor, type Received } from '@order-mesh/messaging';
import { bootServices, pgMessageStore, service, type Database, type Env, type ServiceDefinition } from '@order-mesh/platform';
import { startTestDatabase, startTestKafka } from '@order-mesh/testing';

const PARTITIONS = 3;

/** A service alone on a real Kafka and a real PostgreSQL, with somebody listening to what it says. */
export interface Alone {
  publish(topic: TopicName, ...messages: readonly (AnyMessage & { readonly key: string })[]): Promise<void>;
  /** Everything said so far, each message once. */
  readonly said: readonly Received[];
  readonly database: Database;
  /** Stops the service and starts it again, with the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function runAlone<Config>(definition: ServiceDefinition<Config>, listenTo: readonly TopicName[], settings: Env): Promise<Alone> {
  const [kafka, postgres] = await Promise.all([startTestKafka(), startTestDatabase()]);
  const env = { KAFKA_BROKERS: kafka.brokers, KAFKA_PARTITIONS: String(PARTITIONS), DATABASE_URL: postgres.url, ADMIN_PORT: '0', LOG_LEVEL: 'silent', ...settings };
  const boot = () => bootServices([service(definition)], { env, groupId: definition.name });
  let running = await boot();
  const broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  const codec = createCodec();
  const said: Received[] = [];
  const ids = new Set<string>();
  const note = (batch: readonly Received[]): void => { said.push(...batch.filter(({ id }) => !ids.has(id) && ids.add(id))); };
  const listener = new Processor({
    participants: [{ name: 'listener', projection: false, subscriptions: [{ topics: [...listenTo], handle: async (batch, unit) => { unit.afterCommit(() => { note(batch); }); } }] }],
    broker, codec, groupId: 'listener', inPlace: false, store: pgMessageStore(postgres.open()), clock: systemClock,
    watcher: { batch: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
  });
  await listener.start();
  return {
    said,
    database: postgres.open(definition.name.replaceAll('-', '_')),
    async publish(topic, ...messages) {
      const producer = await broker.producer();
      await producer.publish(messages.map((message) => ({ topic, partition: partitionFor(message.key, PARTITIONS), key: message.key, value: codec.encode(message), headers: {} })));
      await producer.close();
    },
    async restart() {
      await running.stop();
      running = await boot();
    },
    async stop() {
      await listener.stop();
      await broker.close();
      await running.stop();
      await kafka.stop();
      await postgres.stop();
    },
  };
}
