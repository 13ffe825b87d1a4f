import type { Message, Producer } from 'kafkajs';
import type { BrokerOptions, OutgoingRecord, Position } from './broker.ts';
import { unframed } from './frame.ts';
import { kafkajsClient } from './kafkajs-client.ts';
import type { Outlet } from './publish-queue.ts';

const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED'];
const STRANGER_MS = 3_000;

/** Sends through the library's idempotent producer, which repeats a request under the same sequence number until it is answered. */
export class KafkajsOutlet implements Outlet {
  readonly #options: BrokerOptions;
  readonly #known = new Set<string>();
  #client: Producer;
  #connecting: Promise<void> | undefined;
  #strangeSince: number | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#client = newProducer(options);
  }

  async send(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    const topicMessages = byTopic(records);
    await this.#know(topicMessages.map(({ topic }) => topic).filter((topic) => !this.#known.has(topic)));
    this.#connecting ??= this.#client.connect();
    await this.#connecting;
    await this.#client.sendBatch({ acks: -1, topicMessages });
    // its members can't leave anything out
    return [];
  }

  isRefusal(error: unknown): boolean {
    if (this.#strangeSince !== undefined) return Date.now() - this.#strangeSince > STRANGER_MS;
    return REFUSALS.includes(typeOf(error) ?? '');
  }

  async renew(): Promise<void> {
    await this.close();
    this.#client = newProducer(this.#options);
    this.#connecting = undefined;
    this.#known.clear();
  }

  async close(): Promise<void> {
    await this.#client.disconnect().catch(() => undefined);
  }

  // the library's producer would wait for an unknown topic through all its tries, and hold up the others
  async #know(topics: string[]): Promise<void> {
    if (topics.length === 0) return;
    const admin = kafkajsClient(this.#options).admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      await admin.fetchTopicMetadata({ topics });
      for (const topic of topics) this.#known.add(topic);
      this.#strangeSince = undefined;
    } catch (error) {
      this.#strangeSince = typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION' ? this.#strangeSince ?? Date.now() : undefined;
      throw error;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

function newProducer(options: BrokerOptions): Producer {
  return kafkajsClient(options).producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    // the partition is always given; without a function the library warns of its changed default
    createPartitioner: () => ({ message }) => message.partition ?? 0,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 15 },
  });
}

function byTopic(records: readonly OutgoingRecord[]): { readonly topic: string; readonly messages: Message[] }[] {
  return [...Map.groupBy(records, (record) => record.topic)].map(([topic, those]) => ({
    topic,
    messages: those.map(({ partition, frame }) => {
      const { key, value, headers } = unframed(frame);
      return { partition, key, value, headers: { ...headers } };
    }),
  }));
}

/** The protocol's name of the broker's error, wherever the library wrapped it. */
function typeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return typeOf(error.cause);
}
