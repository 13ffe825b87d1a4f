import type { Instant } from '@order-mesh/kernel';
import type { Position, TopicPartition } from '../broker/broker.ts';
import { placeOf } from '../broker/partition.ts';
import { replayMarkOf, type ReplayedLetter } from '../letters/index.ts';
import type { Host } from './host.ts';
import { Inbox, inboxKnowing } from './inbox.ts';
import type { LocalWork } from './intake.ts';
import { planBatch, type Plan, type Read } from './plan.ts';
import type { ProgressBook, ProgressDraft } from './progress.ts';
import type { Publisher } from './publisher.ts';
import type { Pulse } from './pulse.ts';
import { wholePartitions, type Routing } from './routing.ts';
import { spanOf } from './span-of.ts';
import { transact, type Written } from './transact.ts';

/** Copies come in company: a neighbour's outbox is published again, a topic is read again. */
const WARY_FOR = 100;

/** What one transaction takes on. */
export interface Batch {
  readonly reads: readonly Read[];
  readonly works: readonly LocalWork[];
  /** Who takes the records: everybody here, or one alone. */
  readonly routing: Routing;
  readonly inPlace: boolean;
}

/** What is to be done of it, and how far everybody gets by that. */
interface Planned {
  readonly plan: Plan;
  readonly draft: ProgressDraft;
  readonly inbox: Inbox;
  readonly now: Instant;
}

const NOTHING: Pick<Written, 'sent' | 'outgoing'> = { sent: [], outgoing: [] };

/** What a passage works with beside the host. */
export interface Means {
  readonly routing: Routing;
  readonly book: ProgressBook;
  readonly pulse: Pulse;
  readonly publisher: () => Publisher | null;
}

/** Takes a batch through its transaction, once: what of it is new is decided and committed, and goes out after that. Knows which partitions are held here. */
export class Passage {
  readonly #host: Host;
  readonly #means: Means;
  #assigned: readonly Position[] = [];
  #owned: ReadonlySet<number> = new Set();
  /** How far others are has to be read before the next batch. */
  #mayHaveMoved = false;
  /** A batch broke off with its commit perhaps done: its messages may lie in the outbox. */
  #outcomeUnknown = false;
  /** Batches that are looked through for copies before they are decided. */
  #wary = 0;

  constructor(host: Host, means: Means) {
    this.#host = host;
    this.#means = means;
  }

  /** From now on these partitions are held here. */
  assign(assigned: readonly Position[]): void {
    this.#means.book.startAt(assigned);
    this.#assigned = assigned;
    this.#owned = wholePartitions(assigned, this.#means.routing.size);
    this.#mayHaveMoved = true;
  }

  /** Every partition held here, with how far it was when it came. */
  get assigned(): readonly Position[] {
    return this.#assigned;
  }

  /** The next batches are looked through for copies: one was met. */
  beWary(): void {
    this.#wary = WARY_FOR;
  }

  /** Somebody else has processed some of a batch. */
  lookAgain(): void {
    this.#mayHaveMoved = true;
  }

  /** A batch broke off, and nobody knows whether it was committed. */
  brokeOff(): void {
    this.#means.pulse.failed();
    this.#outcomeUnknown = true;
    this.#mayHaveMoved = true;
  }

  /** Throws OFFSET_MOVED or MESSAGE_REPEATED, with nothing done, when some of the batch was processed before; whatever the database or a participant throws. */
  async take(batch: Batch): Promise<void> {
    const { pulse } = this.#means;
    pulse.begins();
    try {
      await this.#pass(batch);
      pulse.succeeded();
    } finally {
      pulse.ended();
    }
  }

  async #pass(batch: Batch): Promise<void> {
    const started = performance.now();
    await this.#learnPlaces(batch);
    const draft = this.#means.book.draft();
    const now = this.#host.clock.now();
    // copies are rare: they are looked for beforehand where there was one a moment ago, else the transaction finds them
    const inbox = this.#wary > 0 ? await inboxKnowing(batch, this.#host.store) : new Inbox([]);
    const plan = planBatch(batch.reads, { routing: batch.routing, draft, inbox, now, replayed: await this.#replayedIn(batch) });
    const { sent, outgoing } = await this.#commit(batch, { plan, draft, inbox, now });
    const tookMs = performance.now() - started;
    this.#wary = Math.max(0, this.#wary - 1);
    this.#host.tracer?.batch(spanOf({ plan, sent, started, tookMs }));
    const sentBytes = outgoing.reduce((sum, { frame }) => sum + frame.length, 0);
    const dead = plan.letters.map(({ participant, reason }) => ({ participant, reason }));
    this.#host.watcher.batch({ records: batch.reads.length, works: batch.works.length, sent: outgoing.length, sentBytes, skipped: plan.skipped, dead, tookMs });
  }

  async #commit({ works, inPlace }: Batch, { plan, draft, inbox, now }: Planned): Promise<Pick<Written, 'sent' | 'outgoing'>> {
    const moves = draft.moves();
    if (moves.length + works.length === 0) {
      this.#means.book.settle(draft);
      return NOTHING;
    }
    const isNear = (partition: number): boolean => inPlace && this.#owned.has(partition);
    const { sent, outgoing, outboxId, afterCommit } = await transact(this.#host, { plan, works, moves, noted: inbox.noted(), now, isNear, inPlace, routing: this.#means.routing });
    this.#means.book.settle(draft);
    if (outboxId !== null) this.#means.publisher()?.publish(outboxId, outgoing);
    for (const work of works) work.done();
    for (const action of afterCommit) action();
    return { sent, outgoing };
  }

  /** Read before the transaction: whoever takes a copy of a replay moves the offset of its partition, which ours would then miss. */
  async #replayedIn({ reads }: Batch): Promise<readonly ReplayedLetter[]> {
    const ids = reads.flatMap(({ record }) => replayMarkOf(record)?.letterId ?? []);
    return ids.length === 0 ? [] : this.#host.store.loadReplayed(ids);
  }

  async #learnPlaces({ reads, routing }: Batch): Promise<void> {
    if (this.#mayHaveMoved) {
      this.#mayHaveMoved = false;
      await this.#means.book.reload();
      await this.#means.book.begin(this.#placesOf(this.#assigned, this.#means.routing));
      const youngestMs = this.#outcomeUnknown ? 0 : 1_000;
      this.#outcomeUnknown = false;
      await this.#means.publisher()?.sweep(youngestMs);
    }
    const places = new Map(reads.map(({ record }) => [placeOf(record), record]));
    await this.#means.book.begin(this.#placesOf([...places.values()], routing));
  }

  #placesOf(places: readonly TopicPartition[], routing: Routing): Parameters<ProgressBook['begin']>[0] {
    return places.flatMap((at) => (routing.get(at.topic) ?? []).map(({ participant: { name } }) => ({ participant: name, at })));
  }
}
