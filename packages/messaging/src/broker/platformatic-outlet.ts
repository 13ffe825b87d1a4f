import { MeshError } from '@order-mesh/kernel';
import type { BrokerOptions, OutgoingRecord, Position } from './broker.ts';
import { FramedProducer } from './framed-producer.ts';
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
  readonly #ownIds: Set<bigint>;
  #client: FramedProducer;
  #strangeSince: number | undefined;

  /** Notes in `ownIds` under which producer ids it sends. */
  constructor(options: BrokerOptions, ownIds: Set<bigint>) {
    this.#options = options;
    this.#ownIds = ownIds;
    this.#client = newProducer(options);
  }

  async send(records: readonly OutgoingRecord[]): Promise<readonly Position[]> {
    await this.#know(records);
    await this.#introduce();
    const sending = this.#client.send({ messages: records.map(({ topic, partition, frame }) => ({ topic, partition, value: frame })) });
    let isSuspect = false;
    while (!(await endsWithin(sending, isSuspect ? SECOND_LOOK_MS : STALL_MS))) {
      const isUp = await answers(this.#options);
      if (isUp && isSuspect) throw new MeshError('TIMED_OUT', { advice: 'the broker answers, but not this producer: it is replaced' });
      isSuspect = isUp;
    }
    return (await sending).offsets?.map(({ topic, partition, offset }) => ({ topic, partition, offset })) ?? [];
  }

  isRefusal(error: unknown): boolean {
    if (this.#strangeSince !== undefined) return Date.now() - this.#strangeSince > STRANGER_MS;
    return isKafkaError(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_TOPIC_EXCEPTION', 'INVALID_RECORD', 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED');
  }

  async renew(): Promise<void> {
    await this.close();
    this.#client = newProducer(this.#options);
  }

  async close(): Promise<void> {
    await this.#client.close(true).catch(() => undefined);
  }

  // before its records can be read by anybody
  async #introduce(): Promise<void> {
    const known = this.#client.producerId;
    const id = known ?? (await this.#client.initIdempotentProducer({})).producerId;
    this.#ownIds.add(id);
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

function newProducer(options: BrokerOptions): FramedProducer {
  return new FramedProducer({ ...clientOptions(options), idempotent: true, acks: -1, retries: true, retryDelay: RETRY_DELAY_MS });
}
