import { Producer } from '@platformatic/kafka';
import { MeshError } from '@order-mesh/kernel';
import type { BrokerOptions, OutgoingRecord } from './broker.ts';
import { answers, clientOptions, isKafkaError } from './platformatic-client.ts';
import type { Outlet } from './publish-queue.ts';
import { endsWithin } from './waiting.ts';

const STALL_MS = 20_000;
const SECOND_LOOK_MS = 5_000;
const RETRY_DELAY_MS = 500;
// a topic made a moment ago may not be known to every broker yet
const STRANGER_MS = 3_000;

/** Sends through the library's idempotent producer, which repeats a request under the same sequence number until it is answered. */
export class PlatformaticOutlet implements Outlet {
  readonly #options: BrokerOptions;
  #client: Producer;
  #strangeSince: number | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#client = newProducer(options);
  }

  async send(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#know(records);
    const sending = this.#client.send({ messages: records.map(toMessage) });
    let isSuspect = false;
    while (!(await endsWithin(sending, isSuspect ? SECOND_LOOK_MS : STALL_MS))) {
      const isUp = await answers(this.#options);
      if (isUp && isSuspect) throw new MeshError('TIMED_OUT', { advice: 'the broker answers, but not this producer: it is replaced' });
      isSuspect = isUp;
    }
  }

  isRefusal(error: unknown): boolean {
    if (this.#strangeSince !== undefined) return Date.now() - this.#strangeSince > STRANGER_MS;
    return isKafkaError(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED');
  }

  async renew(): Promise<void> {
    await this.close();
    this.#client = newProducer(this.#options);
  }

  async close(): Promise<void> {
    await this.#client.close(true).catch(() => undefined);
  }

  // asked for by `send` itself, an unknown topic would be waited for without end
  async #know(records: readonly OutgoingRecord[]): Promise<void> {
    const topics = [...new Set(records.map((record) => record.topic))];
    try {
      await this.#client.metadata({ topics, retries: 0 });
      this.#strangeSince = undefined;
    } catch (error) {
      const isStrange = error instanceof Error && error.message.startsWith('Unknown topic');
      this.#strangeSince = isStrange ? this.#strangeSince ?? Date.now() : undefined;
      throw error;
    }
  }
}

function newProducer(options: BrokerOptions): Producer {
  return new Producer({ ...clientOptions(options), idempotent: true, acks: -1, retries: true, retryDelay: RETRY_DELAY_MS });
}

function toMessage({ topic, partition, key, value, headers }: OutgoingRecord) {
  const encoded = new Map<Buffer, Buffer>();
  for (const name in headers) encoded.set(Buffer.from(name), Buffer.from(headers[name] ?? ''));
  return { topic, partition, key: Buffer.from(key), value, headers: encoded };
}
