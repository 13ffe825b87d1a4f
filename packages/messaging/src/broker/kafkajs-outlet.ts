import type { Message, Producer } from 'kafkajs';
import type { BrokerOptions, OutgoingRecord } from './broker.ts';
import { kafkajsClient } from './kafkajs-client.ts';
import type { Outlet } from './publish-queue.ts';

const REFUSALS = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED'];
const STRANGER_MS = 5_000;

/** Sends through the library's idempotent producer, which repeats a request under the same sequence number until it is answered. */
export class KafkajsOutlet implements Outlet {
  readonly #options: BrokerOptions;
  #client: Producer;
  #connecting: Promise<void> | undefined;
  #strangeSince: number | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#client = newProducer(options);
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    this.#connecting ??= this.#client.connect();
    await this.#connecting;
    try {
      await this.#client.sendBatch({ acks: -1, topicMessages: byTopic(records) });
      this.#strangeSince = undefined;
    } catch (error) {
      this.#strangeSince = typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION' ? this.#strangeSince ?? Date.now() : undefined;
      throw error;
    }
  }

  isRefusal(error: unknown): boolean {
    if (this.#strangeSince !== undefined) return Date.now() - this.#strangeSince > STRANGER_MS;
    return REFUSALS.includes(typeOf(error) ?? '');
  }

  async renew(): Promise<void> {
    await this.close();
    this.#client = newProducer(this.#options);
    this.#connecting = undefined;
  }

  async close(): Promise<void> {
    await this.#client.disconnect().catch(() => undefined);
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
    messages: those.map(({ partition, key, value, headers }) => ({ partition, key, value, headers: { ...headers } })),
  }));
}

/** The protocol's name of the broker's error, wherever the library wrapped it. */
function typeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  return typeOf(error.cause);
}
