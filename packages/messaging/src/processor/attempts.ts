import { MeshError } from '@order-mesh/kernel';
import type { IncomingRecord } from '../broker/broker.ts';
import type { Host } from './host.ts';
import type { LocalWork, Taken } from './intake.ts';
import type { Batch, Passage } from './passage.ts';
import type { Read } from './plan.ts';
import { routingTo, type Routing } from './routing.ts';

/** A database that is back is asked within so long: every order waits for it. */
const LONGEST_PAUSE_MS = 500;

/** What is taken first, after a start and after an accident: committed soon, and little in vain if there is another. Each batch that gets through may be followed by one twice as large. */
const FIRST_RECORDS = 50;

export interface Going {
  readonly routing: Routing;
  readonly passage: Passage;
  /** Resolves when the broker has not too much left to acknowledge. */
  readonly room: () => Promise<void>;
  readonly isStopping: () => boolean;
}

/** Takes batches through their transaction for as long as it takes, so that nothing is passed over and nothing broken holds anybody up. */
export class Attempts {
  readonly #host: Host;
  readonly #going: Going;
  #mostRecords = FIRST_RECORDS;

  constructor(host: Host, going: Going) {
    this.#host = host;
    this.#going = going;
  }

  /** Takes it as a whole while accidents pass, in pieces where a start or an accident lies close behind; falls back to one by one when something in it is broken. */
  async process({ reads, works }: Taken): Promise<void> {
    const { routing, passage, isStopping, room } = this.#going;
    let [left, own] = [reads, works];
    for (let tries = 0; left.length + own.length > 0;) {
      const piece = left.slice(0, this.#mostRecords);
      try {
        await passage.take({ reads: piece, works: own, routing, inPlace: this.#host.inPlace });
        this.#mostRecords = Math.min(2 * this.#mostRecords, this.#host.limits.maxRecords);
      } catch (error) {
        if (await this.#mayRepeat(error, tries)) {
          tries += 1;
          continue;
        }
        // stopping while the database is away: the records come again at the next start
        if (this.#host.store.isPassing(error)) return own.forEach((work) => { work.failed(error); });
        await this.#oneByOne(piece, own);
      }
      [left, own, tries] = [left.slice(piece.length), [], 0];
      if (left.length === 0 || isStopping()) return;
      await room();
    }
  }

  async #oneByOne(reads: readonly Read[], works: readonly LocalWork[]): Promise<void> {
    for (const work of works) await this.#alone({ reads: [], works: [work], routing: this.#going.routing, inPlace: false }, (error) => { work.failed(error); });
    for (const read of reads) {
      for (const { participant: { name } } of this.#going.routing.get(read.record.topic) ?? []) {
        await this.#alone({ reads: [read], works: [], routing: routingTo(name, this.#going.routing), inPlace: false }, (error) => this.#bury(read.record, name, error));
      }
    }
  }

  /** One item in a transaction of its own, so that a broken one holds nobody up. */
  async #alone(batch: Batch, giveUp: (error: unknown) => unknown): Promise<void> {
    for (let broken = 0, tries = 0; ; tries += 1) {
      try {
        await this.#going.passage.take(batch);
        return;
      } catch (error) {
        if (await this.#mayRepeat(error, tries)) continue;
        broken += 1;
        if (broken < this.#host.limits.maxTries && batch.works.length === 0) continue;
        await giveUp(error);
        return;
      }
    }
  }

  async #bury(record: IncomingRecord, participant: string, error: unknown): Promise<void> {
    this.#host.watcher.trouble(`${participant} cannot take ${record.topic}/${record.partition}/${record.offset}; it becomes a dead letter`, error, record);
    const decoded = { ok: false, reason: 'handler-failed', detail: error instanceof Error ? error.message : String(error), attempts: this.#host.limits.maxTries } as const;
    // a record is never passed over without its dead letter: burying is tried until it succeeds or we stop
    for (let buried = false; !buried && !this.#going.isStopping();) {
      buried = true;
      await this.#alone({ reads: [{ record, decoded: () => decoded }], works: [], routing: routingTo(participant, this.#going.routing), inPlace: false }, async (failure) => {
        buried = false;
        this.#host.watcher.trouble('writing a dead letter', failure);
        await pause(1_000);
      });
    }
  }

  /** Passing accidents, moved offsets and copies are repeated without end, ever slower; anything else is not. */
  async #mayRepeat(error: unknown, tries: number): Promise<boolean> {
    const moved = error instanceof MeshError && error.code === 'OFFSET_MOVED';
    const repeated = error instanceof MeshError && error.code === 'MESSAGE_REPEATED';
    if (!moved && !repeated && !this.#host.store.isPassing(error)) return false;
    if (this.#going.isStopping() && tries > 3) return false;
    const { passage } = this.#going;
    if (repeated) passage.beWary();
    else if (moved) passage.lookAgain();
    else {
      passage.brokeOff();
      this.#mostRecords = FIRST_RECORDS;
      this.#host.watcher.trouble('committing a batch', error);
      await pause(Math.min(50 * 2 ** Math.min(tries, 6), LONGEST_PAUSE_MS));
    }
    return true;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
