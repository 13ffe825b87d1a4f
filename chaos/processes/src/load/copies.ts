import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Consumer, IncomingRecord, OutgoingRecord, Position, Producer } from '@order-mesh/messaging';
import { again, allTopics, idOf, isPoison } from './kafka.ts';

/** A copy comes this much later at most, so that copies overtake each other and what came after them. */
const LATEST_MS = 2_000;
const PER_TURN_MS = 100;

/** Sends every record that the mesh sends a second time, a little later and out of order. */
export class Copies {
  readonly #broker: Broker;
  readonly #chance: () => number;
  readonly #seen = new Set<string>();
  #due: { readonly at: number; readonly record: OutgoingRecord }[] = [];
  #sent = 0;
  #consumer: Consumer | undefined;
  #producer: Producer | undefined;
  #loops: readonly Promise<void>[] = [];
  #stopping = false;

  constructor(broker: Broker, chance: () => number) {
    this.#broker = broker;
    this.#chance = chance;
  }

  get sent(): number {
    return this.#sent;
  }

  async start(): Promise<void> {
    this.#producer = await this.#broker.producer();
    this.#consumer = await this.#broker.consumer({ groupId: 'chaos-copies', topics: allTopics, maxRecords: 1_000 });
    this.#loops = [this.#read(this.#consumer), this.#write(this.#producer)];
    for (const loop of this.#loops) loop.catch(() => {});
  }

  /** Sends what is due and ends. Rejects when copying had failed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#consumer?.close();
    await Promise.all(this.#loops);
    await this.#producer?.close();
  }

  async #read(consumer: Consumer): Promise<void> {
    while (!this.#stopping) {
      for (const record of await consumer.next()) {
        const id = `${record.topic} ${idOf(record)}`;
        if (isPoison(record) || this.#seen.has(id)) continue;
        this.#seen.add(id);
        this.#due.push({ at: Date.now() + this.#chance() * LATEST_MS, record: again(record) });
      }
    }
  }

  async #write(producer: Producer): Promise<void> {
    for (;;) {
      const last = this.#stopping;
      const now = last ? Infinity : Date.now();
      const due = this.#due.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
      this.#due = this.#due.filter(({ at }) => at > now);
      if (due.length > 0) await producer.publish(due.map(({ record }) => record));
      this.#sent += due.length;
      if (last) return;
      await sleep(PER_TURN_MS);
    }
  }
}

export interface Replay {
  readonly messages: number;
  /** Partitions that could not be read to their end. */
  readonly unread: number;
}

const READS_ON_WITHIN_MS = 60_000;

/** Reads every topic from offset 0 to its present end and sends each message once more, for as long as something of it comes. */
export async function replayAll(broker: Broker): Promise<Replay> {
  const left = new Ends(await broker.ends(allTopics));
  const reader = await broker.reader({ from: await broker.begins(allTopics), maxRecords: 5_000 });
  const producer = await broker.producer();
  const seen = new Set<string>();
  const isFresh = (record: IncomingRecord): boolean => {
    const id = `${record.topic} ${idOf(record)}`;
    if (isPoison(record) || seen.has(id)) return false;
    seen.add(id);
    return true;
  };
  let isStalled = false;
  // a reader that is closed gives nothing any more
  const stalled = setTimeout(() => {
    isStalled = true;
    void reader.close();
  }, READS_ON_WITHIN_MS);
  try {
    while (left.size > 0 && !isStalled) {
      const old = (await reader.next()).filter((record) => left.pass(record));
      if (old.length > 0) stalled.refresh();
      const fresh = old.filter(isFresh);
      if (fresh.length > 0) await producer.publish(fresh.map(again));
    }
    return { messages: seen.size, unread: left.size };
  } finally {
    clearTimeout(stalled);
    await reader.close();
    await producer.close();
  }
}

/** The partitions that are not read to the end they had. */
class Ends {
  readonly #ends: Map<string, bigint>;

  constructor(ends: readonly Position[]) {
    this.#ends = new Map(ends.filter(({ offset }) => offset > 0n).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  }

  get size(): number {
    return this.#ends.size;
  }

  /** True when the record lies before the end of its partition. */
  pass({ topic, partition, offset }: IncomingRecord): boolean {
    const end = this.#ends.get(`${topic}/${partition}`);
    if (end === undefined || offset >= end) return false;
    if (offset === end - 1n) this.#ends.delete(`${topic}/${partition}`);
    return true;
  }
}
