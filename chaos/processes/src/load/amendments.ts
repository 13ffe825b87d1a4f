import { setTimeout as sleep } from 'node:timers/promises';
import { topics, type AnyMessage, type OrderPlaced } from '@order-mesh/contracts';
import { fen } from '@order-mesh/kernel';
import { createCodec, outgoing, type Broker, type Consumer, type IncomingRecord, type OutgoingRecord, type Producer } from '@order-mesh/messaging';
import { STEADY } from './traffic.ts';

/** Of a hundred orders so many are placed again with other content. */
const SHARE = 0.05;
const LATEST_MS = 2_000;
const PER_TURN_MS = 100;
/** How an amendment is numbered, so that it is not amended itself. */
const OWN = 'amendment/';

/** Places some orders of the steady stream again, each once, with one piece more on the first line. */
export class Amendments {
  readonly #broker: Broker;
  readonly #chance: () => number;
  readonly #codec = createCodec();
  readonly #asked = new Set<string>();
  #due: { readonly at: number; readonly record: OutgoingRecord }[] = [];
  #consumer: Consumer | undefined;
  #producer: Producer | undefined;
  #loops: readonly Promise<void>[] = [];
  #stopping = false;
  sent = 0;

  constructor(broker: Broker, chance: () => number) {
    this.#broker = broker;
    this.#chance = chance;
  }

  async start(): Promise<void> {
    this.#producer = await this.#broker.producer();
    this.#consumer = await this.#broker.consumer({ groupId: 'chaos-amendments', topics: [topics.crmEvents], maxRecords: 1_000 });
    this.#loops = [this.#read(this.#consumer), this.#write(this.#producer)];
    for (const loop of this.#loops) loop.catch(() => {});
  }

  /** Ends; what was not due yet is not sent. Rejects when it had failed. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#consumer?.close();
    await Promise.all(this.#loops);
    await this.#producer?.close();
  }

  async #read(consumer: Consumer): Promise<void> {
    while (!this.#stopping) {
      for (const record of await consumer.next()) {
        const amended = this.#amended(record);
        if (amended) this.#due.push({ at: Date.now() + this.#chance() * LATEST_MS, record: amended });
      }
    }
  }

  #amended({ topic, partition, key, value, headers }: IncomingRecord): OutgoingRecord | null {
    const decoded = this.#codec.decode(value);
    if (!decoded.ok || decoded.message.type !== 'OrderPlaced' || headers['ce_id']?.startsWith(OWN) || !key.startsWith(STEADY) || this.#asked.has(key)) return null;
    this.#asked.add(key);
    if (this.#chance() >= SHARE) return null;
    const message: AnyMessage = { type: 'OrderPlaced', value: withOneMore(decoded.message.value) };
    // what else the headers say is about the message it is made from: who has taken that one
    const said = Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('ce_')));
    return outgoing({ topic, partition, key, value: this.#codec.encode(message), headers: { ...said, ce_id: `${OWN}${key}`, ce_time: new Date().toISOString() } });
  }

  async #write(producer: Producer): Promise<void> {
    while (!this.#stopping) {
      const now = Date.now();
      const due = this.#due.filter(({ at }) => at <= now);
      this.#due = this.#due.filter(({ at }) => at > now);
      if (due.length > 0) await producer.publish(due.map(({ record }) => record));
      this.sent += due.length;
      await sleep(PER_TURN_MS);
    }
  }
}

function withOneMore(order: OrderPlaced): OrderPlaced {
  const [first, ...others] = order.lines;
  if (!first) return order;
  const lines = [{ ...first, quantity: first.quantity + 1, amount: fen(first.amount + first.unitPrice) }, ...others];
  return { ...order, lines, amount: fen(order.amount + first.unitPrice) };
}
