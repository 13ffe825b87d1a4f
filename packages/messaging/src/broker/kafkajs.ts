import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import type { Broker, BrokerOptions, Consumer, ConsumerOptions, IncomingRecord, Position, Producer, ProducerOptions, ReaderOptions, RecordReader, TopicSpec } from './broker.ts';
import { GroupConsumer } from './group-consumer.ts';
import { kafkajsClient } from './kafkajs-client.ts';
import { KafkajsMember } from './kafkajs-member.ts';
import { KafkajsOutlet } from './kafkajs-outlet.ts';
import { placeOf } from './partition.ts';
import { PublishQueue } from './publish-queue.ts';
import { configOf } from './topic-config.ts';
import { sparingly, untilAnswered } from './waiting.ts';

/** Kafka through kafkajs: the classic group protocol. Kept equal to the default driver, in case that one has to be left. */
export function kafkajsBroker(options: BrokerOptions): Broker {
  return new KafkajsBroker(options);
}

class KafkajsBroker implements Broker {
  readonly driver = 'kafkajs';
  readonly #options: BrokerOptions;
  readonly #open = new Set<Producer | Consumer>();
  readonly #end = new AbortController();

  constructor(options: BrokerOptions) {
    this.#options = options;
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    const existing = new Set((await this.topics()).map((topic) => topic.name));
    const missing = topics.filter((topic) => !existing.has(topic.name));
    if (missing.length === 0) return;
    await this.#asked((admin) => admin.createTopics({ topics: missing.map(toTopicConfig), waitForLeaders: true }));
  }

  async topics(): Promise<readonly TopicSpec[]> {
    return this.#asked(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata();
      return topics.filter(({ name }) => !name.startsWith('__')).map(({ name, partitions }) => ({ name, partitions: partitions.length }));
    });
  }

  async begins(topics: readonly string[]): Promise<readonly Position[]> {
    return this.#asked(async (admin) => (await Promise.all(topics.map((topic) => offsetsOf(admin, topic, 'low')))).flat());
  }

  async ends(topics: readonly string[]): Promise<readonly Position[]> {
    return this.#asked(async (admin) => (await Promise.all(topics.map((topic) => offsetsOf(admin, topic, 'high')))).flat());
  }

  async producer(options: ProducerOptions = {}): Promise<Producer> {
    return this.#track(new PublishQueue(new KafkajsOutlet(this.#options), sparingly(this.#options.onTrouble), options));
  }

  async consumer(options: ConsumerOptions): Promise<Consumer> {
    return this.#track(new GroupConsumer(this.#options, options, (events) => new KafkajsMember(this.#options, options, events)));
  }

  /** kafkajs fetches for members only: this one is alone in a group that nobody else knows. */
  async reader({ from, ...bounds }: ReaderOptions): Promise<RecordReader> {
    const begin = new Map(from.map((position) => [placeOf(position), position.offset]));
    const isWanted = (record: IncomingRecord): boolean => record.offset >= (begin.get(placeOf(record)) ?? Infinity);
    const consumer = await this.consumer({ ...bounds, groupId: `${this.#options.clientId}-${randomUUID()}`, topics: [...new Set(from.map(({ topic }) => topic))] });
    return {
      async next() {
        for (;;) {
          const records = await consumer.next();
          const wanted = records.filter(isWanted);
          if (wanted.length > 0 || records.length === 0) return wanted;
        }
      },
      close: () => consumer.close(),
    };
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all([...this.#open].map((one) => one.close()));
    this.#open.clear();
  }

  #track<Opened extends Producer | Consumer>(opened: Opened): Opened {
    this.#open.add(opened);
    return opened;
  }

  /** Asks with a client of its own, so that a question finds no old trouble. */
  #asked<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    return untilAnswered(async () => {
      const admin = kafkajsClient(this.#options).admin();
      try {
        await admin.connect();
        return await question(admin);
      } finally {
        await admin.disconnect().catch(() => undefined);
      }
    }, this.#end.signal);
  }
}

function toTopicConfig(topic: TopicSpec) {
  return { topic: topic.name, numPartitions: topic.partitions, replicationFactor: -1, configEntries: configOf(topic) };
}

async function offsetsOf(admin: Admin, topic: string, which: 'low' | 'high'): Promise<readonly Position[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.map((found) => ({ topic, partition: found.partition, offset: BigInt(found[which]) }));
}
