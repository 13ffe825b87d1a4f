import { Admin } from '@platformatic/kafka';
import type { Broker, BrokerOptions, Consumer, ConsumerOptions, Position, Producer, ProducerOptions, ReaderOptions, RecordReader, TopicSpec } from './broker.ts';
import { GroupConsumer } from './group-consumer.ts';
import { clientOptions, isKafkaError } from './platformatic-client.ts';
import { PlatformaticMember } from './platformatic-member.ts';
import { PlatformaticOnlooker } from './platformatic-onlooker.ts';
import { PlatformaticOutlet } from './platformatic-outlet.ts';
import { Predecessors } from './platformatic-predecessors.ts';
import { allLed, offsetsOf } from './platformatic-topics.ts';
import { PublishQueue } from './publish-queue.ts';
import { configOf } from './topic-config.ts';
import { sparingly, untilAnswered } from './waiting.ts';

/** Kafka through @platformatic/kafka: KIP-848 groups, idempotent producer. The default driver. */
export function platformaticBroker(options: BrokerOptions): Broker {
  return new PlatformaticBroker(options);
}

class PlatformaticBroker implements Broker {
  readonly driver = 'platformatic';
  readonly #options: BrokerOptions;
  /** Under which ids producers of this process have sent: what bears another one comes from outside. */
  readonly #ownIds = new Set<bigint>();
  readonly #open = new Set<Producer | RecordReader>();
  readonly #end = new AbortController();

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    const existing = new Set((await this.topics()).map((topic) => topic.name));
    const missing = topics.filter((topic) => !existing.has(topic.name));
    // one request makes topics of one configuration
    const alike = Map.groupBy(missing, (topic) => JSON.stringify(configOf(topic)));
    for (const [config, topicsOfIt] of alike) await this.#create(topicsOfIt, JSON.parse(config));
    await this.#asked((admin) => allLed(admin, topics.map((topic) => topic.name)));
  }

  async topics(): Promise<readonly TopicSpec[]> {
    return this.#asked(async (admin) => {
      const names = (await admin.listTopics({})).filter((name) => !name.startsWith('__'));
      if (names.length === 0) return [];
      const { topics } = await admin.metadata({ topics: names, forceUpdate: true });
      return [...topics].map(([name, { partitionsCount }]) => ({ name, partitions: partitionsCount }));
    });
  }

  async begins(topics: readonly string[]): Promise<readonly Position[]> {
    return topics.length === 0 ? [] : this.#asked((admin) => offsetsOf(admin, topics, 'begin'));
  }

  async ends(topics: readonly string[]): Promise<readonly Position[]> {
    return topics.length === 0 ? [] : this.#asked((admin) => offsetsOf(admin, topics, 'end'));
  }

  async producer(options: ProducerOptions = {}): Promise<Producer> {
    return this.#track(new PublishQueue(new PlatformaticOutlet(this.#options, this.#ownIds), sparingly(this.#options.onTrouble), options));
  }

  async consumer(options: ConsumerOptions): Promise<Consumer> {
    const predecessors = new Predecessors(this.#options, options);
    const reading = { ...this.#options, ownIds: this.#ownIds };
    return this.#track(new GroupConsumer(this.#options, options, (events) => new PlatformaticMember(reading, options, events, () => predecessors.end())));
  }

  async reader(options: ReaderOptions): Promise<RecordReader> {
    return this.#track(new PlatformaticOnlooker(this.#options, options));
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all([...this.#open].map((one) => one.close()));
    this.#open.clear();
  }

  #track<Opened extends Producer | RecordReader>(opened: Opened): Opened {
    this.#open.add(opened);
    return opened;
  }

  async #create(topics: readonly TopicSpec[], configs: ReturnType<typeof configOf>): Promise<void> {
    await this.#asked(async (admin) => {
      await admin.createTopics({ topics: topics.map(({ name, partitions }) => ({ topic: name, partitions })), configs }).catch((error: unknown) => {
        // someone else created one of them in this moment
        if (!isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) throw error;
      });
    });
  }

  /** Asks with a client of its own, so that a question finds no old trouble. */
  #asked<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    return untilAnswered(async () => {
      const admin = new Admin(clientOptions(this.#options));
      try {
        return await question(admin);
      } finally {
        await admin.close().catch(() => undefined);
      }
    }, this.#end.signal);
  }
}
