import { MeshError, type Instant } from '@order-mesh/kernel';
import type { Consumer, IncomingRecord, OutgoingRecord, Position, Producer, TopicPartition } from '../broker/broker.ts';
import { endsWithin } from '../broker/waiting.ts';
import type { Unit } from '../message.ts';
import { replayMarkOf, type ReplayedLetter } from '../letters/index.ts';
import { keepBooks } from './bookkeeper.ts';
import { watchFront } from './front.ts';
import type { Host } from './host.ts';
import { Inbox, inboxKnowing } from './inbox.ts';
import { Intake, type Forward, type LocalWork, type Taken } from './intake.ts';
import { takeBack, type Return } from './newcomers.ts';
import { planBatch, readRecords, type Plan, type Read } from './plan.ts';
import { ProgressBook, type ProgressDraft } from './progress.ts';
import { Publisher } from './publisher.ts';
import { Pulse } from './pulse.ts';
import { transact } from './transact.ts';
import { routingOf, routingTo, wholePartitions, type Routing } from './routing.ts';

/** How long the batch at hand may take to end once we stop. */
const STOP_WITHIN_MS = 3_000;

/** A database that is back is asked within so long: every order waits for it. */
const LONGEST_PAUSE_MS = 500;

/** Copies come in company: a neighbour's outbox is published again, a topic is read again. */
const WARY_FOR = 100;

/** What one transaction takes on. */
interface Batch {
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

/**
 * Runs the participants of one process: everything delivered meanwhile is one batch, one batch is one transaction,
 * and its messages are published after the commit. Exactly once in effect: see docs/adr/0001.
 */
export class Processor {
  readonly #host: Host;
  readonly #routing: Routing;
  readonly #book: ProgressBook;
  readonly #pulse: Pulse;
  #consumer: Consumer | null = null;
  #producer: Producer | null = null;
  #intake: Intake | null = null;
  #publisher: Publisher | null = null;
  #assigned: readonly Position[] = [];
  #owned: ReadonlySet<number> = new Set();
  #assignmentChanged = false;
  /** A batch broke off with its commit perhaps done: its messages may lie in the outbox. */
  #outcomeUnknown = false;
  /** Batches that are looked through for copies before they are decided. */
  #wary = 0;
  #loop: Promise<void> = Promise.resolve();
  #stopBooks: () => void = () => {};
  #stopFront: () => void = () => {};
  #stopping = false;

  constructor(host: Host) {
    this.#host = host;
    this.#routing = routingOf(host.participants);
    this.#pulse = new Pulse(host.clock);
    this.#book = new ProgressBook(host.store, host.participants.map(({ name }) => name));
  }

  /** Publishes what a crash left in the outbox, joins the group, and begins. What failed because a server was away may be started again. */
  async start(): Promise<void> {
    const { broker, store, groupId, instance, limits, watcher, front } = this.#host;
    const topics = [...this.#routing.keys()];
    await this.#book.reload();
    const recreated = await this.#book.restartRecreated(await broker.ends(topics));
    if (recreated.length > 0) watcher.trouble('topics were created anew; reading them from the beginning', recreated.map(({ topic }) => topic));
    this.#producer ??= await broker.producer({ onTaken: (ranges) => {
      this.#book.pass(ranges);
      this.#consumer?.pass(ranges);
    } });
    this.#publisher ??= new Publisher(this.#producer, store, watcher, limits.maxUnpublished);
    await this.#publisher.sweep(0);
    const membership = { groupId, ...(instance !== undefined && { instance }), topics, maxRecords: limits.maxRecords, maxBytes: limits.maxBytes };
    await this.#welcome(membership);
    this.#consumer = await broker.consumer({ ...membership, onAssigned: (assigned) => {
      this.#book.startAt(assigned);
      this.#assigned = assigned;
      this.#owned = wholePartitions(assigned, topics.length);
      this.#assignmentChanged = true;
      watcher.assigned(assigned.length);
    } });
    this.#intake = new Intake(this.#consumer, (records) => readRecords(records, this.#host.codec), limits);
    // going on after an error nobody foresaw could pass over records: the process ends, and the next start goes on from PostgreSQL
    this.#loop = this.#run(this.#intake, this.#publisher).catch((error: unknown) => { queueMicrotask(() => { throw error; }); });
    if (front) this.#stopFront = watchFront(front, this.#consumer);
    this.#stopBooks = keepBooks({ book: this.#book, consumer: this.#consumer, publisher: this.#publisher, watcher, every: limits.lazyAfter });
  }

  /** Runs work in the next batch. The work may run again when its transaction failed, and also when it is committed but the answer was lost: the second time it must change nothing. */
  submit<Result>(participant: string, work: (unit: Unit, forward: Forward) => Promise<Result>): Promise<Result> {
    if (!this.#intake) return Promise.reject(new MeshError('NOT_RUNNING', { advice: 'the processor has not been started' }));
    return this.#intake.submit(participant, work);
  }

  /** Null when work proceeds; else what stands in its way. For readiness. */
  obstacle(): string | null {
    if (!this.#intake) return 'not started';
    if (this.#stopping) return 'stopping';
    return this.#pulse.obstacle() ?? this.#publisher?.obstacle() ?? null;
  }

  /** What has not got through yet, for metrics: batches that wait for the broker, and work that waits for a batch. */
  queues(): { readonly unpublished: number; readonly works: number } {
    return { unpublished: this.#publisher?.unpublished() ?? 0, works: this.#intake?.waiting ?? 0 };
  }

  /** How far this process is in each partition it holds, for metrics: everything before was processed here or elsewhere. */
  positions(): readonly Position[] {
    const reached = new Map(this.#book.positions().map((position) => [`${position.topic}/${position.partition}`, position.offset]));
    return this.#assigned.map(({ topic, partition, offset }) => ({ topic, partition, offset: reached.get(`${topic}/${partition}`) ?? offset }));
  }

  /** Null while this process hears what others send, else why it does not: for readiness only, work that starts here goes on. */
  deafness(): string | null {
    return this.#consumer?.obstacle() ?? null;
  }

  /** Takes nothing new, finishes the batch at hand, publishes what is committed, leaves the group. */
  async stop(): Promise<void> {
    if (this.#stopping || !this.#intake) return;
    this.#stopping = true;
    this.#stopFront();
    this.#intake.close();
    // what is at hand may wait for a broker or a database that is gone; it lies in the outbox, or comes again
    await endsWithin(this.#loop, STOP_WITHIN_MS);
    this.#stopBooks();
    await this.#publisher?.stop(STOP_WITHIN_MS);
    await this.#consumer?.commit(this.#book.positions()).catch(() => {});
    await this.#consumer?.close();
    await this.#producer?.close();
  }

  /** Lets participants that are new here hear what was said before they came. */
  async #welcome(membership: Return['membership']): Promise<void> {
    const newcomersAt = this.#book.newcomersAt(new Map([...this.#routing].map(([topic, routes]) => [topic, routes.map(({ participant: { name } }) => name)])));
    if (newcomersAt.length === 0) return;
    const { broker, watcher } = this.#host;
    const left = await takeBack(newcomersAt, { broker, membership, leaving: (starts) => this.#book.keep(starts) });
    if (left.length > 0) watcher.trouble('another process of the group holds partitions whose past a new participant does not hear; start this one alone once', left);
  }

  async #run(intake: Intake, publisher: Publisher): Promise<void> {
    while (!this.#stopping) {
      await publisher.room();
      const taken = await this.#take(intake);
      if (taken.reads.length + taken.works.length > 0) await this.#process(taken);
    }
  }

  async #take(intake: Intake): Promise<Taken> {
    try {
      return await intake.next();
    } catch (error) {
      this.#host.watcher.trouble('taking records', error);
      await pause(500);
      return { reads: [], works: [] };
    }
  }

  /** Tries the batch as a whole while accidents pass; falls back to one by one when something in it is broken. */
  async #process({ reads, works }: Taken): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.#once({ reads, works, routing: this.#routing, inPlace: this.#host.inPlace });
        return;
      } catch (error) {
        if (await this.#mayRepeat(error, tries)) continue;
        return this.#whenBroken(error, reads, works);
      }
    }
  }

  async #whenBroken(error: unknown, reads: readonly Read[], works: readonly LocalWork[]): Promise<void> {
    if (!this.#host.store.isPassing(error)) return this.#oneByOne(reads, works);
    // stopping while the database is away: the records come again at the next start
    for (const work of works) work.failed(error);
  }

  async #oneByOne(reads: readonly Read[], works: readonly LocalWork[]): Promise<void> {
    for (const work of works) await this.#alone({ reads: [], works: [work], routing: this.#routing, inPlace: false }, (error) => { work.failed(error); });
    for (const read of reads) {
      for (const { participant: { name } } of this.#routing.get(read.record.topic) ?? []) {
        await this.#alone({ reads: [read], works: [], routing: routingTo(name, this.#routing), inPlace: false }, (error) => this.#bury(read.record, name, error));
      }
    }
  }

  /** One item in a transaction of its own, so that a broken one holds nobody up. */
  async #alone(batch: Batch, giveUp: (error: unknown) => unknown): Promise<void> {
    for (let broken = 0, tries = 0; ; tries += 1) {
      try {
        await this.#once(batch);
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
    this.#host.watcher.trouble(`${participant} cannot take ${record.topic}/${record.partition}/${record.offset}; it becomes a dead letter`, error);
    const decoded = { ok: false, reason: 'handler-failed', detail: error instanceof Error ? error.message : String(error), attempts: this.#host.limits.maxTries } as const;
    // a record is never passed over without its dead letter: burying is tried until it succeeds or we stop
    for (let buried = false; !buried && !this.#stopping;) {
      buried = true;
      await this.#alone({ reads: [{ record, decoded: () => decoded }], works: [], routing: routingTo(participant, this.#routing), inPlace: false }, async (failure) => {
        buried = false;
        this.#host.watcher.trouble('writing a dead letter', failure);
        await pause(1_000);
      });
    }
  }

  async #once(batch: Batch): Promise<void> {
    this.#pulse.begins();
    try {
      await this.#pass(batch);
      this.#pulse.succeeded();
    } finally {
      this.#pulse.ended();
    }
  }

  async #pass(batch: Batch): Promise<void> {
    const started = performance.now();
    await this.#learnPlaces(batch);
    const draft = this.#book.draft();
    const now = this.#host.clock.now();
    // copies are rare: they are looked for beforehand where there was one a moment ago, else the transaction finds them
    const inbox = this.#wary > 0 ? await inboxKnowing(batch, this.#host.store) : new Inbox([]);
    const plan = planBatch(batch.reads, { routing: batch.routing, draft, inbox, now, replayed: await this.#replayedIn(batch) });
    const sent = await this.#commit(batch, { plan, draft, inbox, now });
    this.#wary = Math.max(0, this.#wary - 1);
    const sentBytes = sent.reduce((sum, { frame }) => sum + frame.length, 0);
    const dead = plan.letters.map(({ participant, reason }) => ({ participant, reason }));
    this.#host.watcher.batch({ records: batch.reads.length, works: batch.works.length, sent: sent.length, sentBytes, skipped: plan.skipped, dead, tookMs: performance.now() - started });
  }

  async #commit({ works, inPlace }: Batch, { plan, draft, inbox, now }: Planned): Promise<readonly OutgoingRecord[]> {
    const moves = draft.moves();
    if (moves.length + works.length === 0) {
      this.#book.settle(draft);
      return [];
    }
    const isNear = (partition: number): boolean => inPlace && this.#owned.has(partition);
    const { outgoing, outboxId, afterCommit } = await transact(this.#host, { plan, works, moves, noted: inbox.noted(), now, isNear, inPlace, routing: this.#routing });
    this.#book.settle(draft);
    if (outboxId !== null) this.#publisher?.publish(outboxId, outgoing);
    for (const work of works) work.done();
    for (const action of afterCommit) action();
    return outgoing;
  }

  /** Read before the transaction: whoever takes a copy of a replay moves the offset of its partition, which ours would then miss. */
  async #replayedIn({ reads }: Batch): Promise<readonly ReplayedLetter[]> {
    const ids = reads.flatMap(({ record }) => replayMarkOf(record)?.letterId ?? []);
    return ids.length === 0 ? [] : this.#host.store.loadReplayed(ids);
  }

  async #learnPlaces({ reads, routing }: Batch): Promise<void> {
    if (this.#assignmentChanged) {
      this.#assignmentChanged = false;
      await this.#book.reload();
      await this.#book.begin(this.#placesOf(this.#assigned, this.#routing));
      const youngestMs = this.#outcomeUnknown ? 0 : 1_000;
      this.#outcomeUnknown = false;
      await this.#publisher?.sweep(youngestMs);
    }
    const places = new Map(reads.map(({ record }) => [`${record.topic}/${record.partition}`, record]));
    await this.#book.begin(this.#placesOf([...places.values()], routing));
  }

  #placesOf(places: readonly TopicPartition[], routing: Routing): Parameters<ProgressBook['begin']>[0] {
    return places.flatMap((at) => (routing.get(at.topic) ?? []).map(({ participant: { name } }) => ({ participant: name, at })));
  }

  /** Passing accidents, moved offsets and copies are repeated without end, ever slower; anything else is not. */
  async #mayRepeat(error: unknown, tries: number): Promise<boolean> {
    const moved = error instanceof MeshError && error.code === 'OFFSET_MOVED';
    const repeated = error instanceof MeshError && error.code === 'MESSAGE_REPEATED';
    if (!moved && !repeated && !this.#host.store.isPassing(error)) return false;
    if (this.#stopping && tries > 3) return false;
    if (repeated) {
      this.#wary = WARY_FOR;
      return true;
    }
    if (!moved) {
      this.#pulse.failed();
      this.#outcomeUnknown = true;
      this.#host.watcher.trouble('committing a batch', error);
      await pause(Math.min(50 * 2 ** Math.min(tries, 6), LONGEST_PAUSE_MS));
    }
    this.#assignmentChanged = true;
    return true;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
