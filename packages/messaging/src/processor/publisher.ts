import { seconds } from '@order-mesh/kernel';
import type { OutgoingRecord, Producer } from '../broker/broker.ts';
import { endsWithin } from '../broker/waiting.ts';
import type { MessageStore, OutboxRow } from '../store.ts';
import { packRecords, unpackRecords } from '../outbox.ts';
import type { Host, Watcher } from './host.ts';

/** What is committed is published within milliseconds while the broker is well. */
const LATE = seconds(5);

interface Committed {
  readonly outboxId: bigint;
  readonly since: number;
  readonly records: readonly OutgoingRecord[];
}

/**
 * Publishes committed batches in the order of their commits, then drops their outbox rows.
 * A failed publish is repeated until it succeeds: what is committed is owed.
 */
export class Publisher {
  readonly #producer: Producer;
  readonly #store: MessageStore;
  readonly #watcher: Watcher;
  readonly #maxUnpublished: number;
  readonly #writes: ReadonlySet<string> | undefined;
  #waiting: Committed[] = [];
  #inFlight: readonly Committed[] = [];
  #published: bigint[] = [];
  #loop: Promise<void> | null = null;
  #roomMade: (() => void)[] = [];
  #stopped = false;

  constructor(producer: Producer, { store, watcher, limits, writes }: Pick<Host, 'store' | 'watcher' | 'limits' | 'writes'>) {
    this.#producer = producer;
    this.#store = store;
    this.#watcher = watcher;
    this.#maxUnpublished = limits.maxUnpublished;
    this.#writes = writes;
  }

  publish(outboxId: bigint, records: readonly OutgoingRecord[]): void {
    this.#waiting.push({ outboxId, records, since: performance.now() });
    this.#loop ??= this.#run();
  }

  /** Resolves when fewer than `maxUnpublished` batches wait for the broker: what holds everything back while Kafka is away. */
  async room(): Promise<void> {
    while (this.unpublished() >= this.#maxUnpublished && !this.#stopped) await new Promise<void>((resolve) => { this.#roomMade.push(resolve); });
  }

  unpublished(): number {
    return this.#waiting.length + this.#inFlight.length;
  }

  /** Null while what is committed is published soon, else in words what waits. */
  obstacle(): string | null {
    const [oldest] = [...this.#inFlight, ...this.#waiting];
    if (!oldest) return null;
    const waited = performance.now() - oldest.since;
    if (waited < LATE && this.unpublished() < this.#maxUnpublished) return null;
    return `${this.unpublished()} batches wait for the broker, the oldest for ${Math.floor(waited / 1_000)} s`;
  }

  /** Publishes rows that a crash, ours or a neighbour's, left behind. Messages may go out twice; receivers recognise them. */
  async sweep(olderThanMs: number): Promise<number> {
    const ours = new Set([...this.#waiting, ...this.#inFlight].map(({ outboxId }) => outboxId).concat(this.#published));
    const left = (await this.#store.leftInOutbox(olderThanMs)).filter(({ id }) => !ours.has(id));
    let swept = 0;
    for (const row of left) {
      if (await this.#sweepRow(row)) swept += 1;
    }
    return swept;
  }

  /** What only others may write, left by a process of more services than this one has, stays for them. False when that is all of it. */
  async #sweepRow(row: OutboxRow): Promise<boolean> {
    const { id } = row;
    const records = unpackRecords(row.records);
    const isOurs = ({ topic }: OutgoingRecord): boolean => this.#writes?.has(topic) ?? true;
    const ours = records.filter(isOurs);
    if (ours.length === 0) return false;
    await this.#producer.publish(ours);
    if (ours.length < records.length) {
      await this.#store.keepInOutbox(row, packRecords(records.filter((record) => !isOurs(record))));
      return true;
    }
    await this.#store.dropFromOutbox([id]);
    return true;
  }

  /** Drops the rows of what was published since the last time; called lazily. */
  async dropPublished(): Promise<void> {
    if (this.#published.length === 0) return;
    const ids = this.#published;
    this.#published = [];
    try {
      await this.#store.dropFromOutbox(ids);
    } catch (error) {
      this.#published = ids.concat(this.#published);
      this.#watcher.trouble('dropping published outbox rows', error);
    }
  }

  /** Waits until all that is committed is published, at most `withinMs`; the rest stays in the outbox for the next start. */
  async stop(withinMs: number): Promise<void> {
    await endsWithin(this.#loop ?? Promise.resolve(), withinMs);
    this.#stopped = true;
    this.#signalRoom();
    await this.dropPublished();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopped) {
      this.#inFlight = this.#waiting;
      this.#waiting = [];
      await this.#publishInFlight();
      this.#signalRoom();
    }
    this.#loop = null;
  }

  async #publishInFlight(): Promise<void> {
    const batch = this.#inFlight;
    for (let pauseMs = 50; !this.#stopped; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        await this.#producer.publish(batch.flatMap(({ records }) => records));
        this.#published.push(...batch.map(({ outboxId }) => outboxId));
        this.#inFlight = [];
        return;
      } catch (error) {
        this.#watcher.trouble('publishing', error);
        await new Promise((resolve) => { setTimeout(resolve, pauseMs); });
      }
    }
  }

  #signalRoom(): void {
    const waiting = this.#roomMade;
    this.#roomMade = [];
    for (const resolve of waiting) resolve();
  }
}
