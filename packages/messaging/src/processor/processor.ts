import { MeshError } from '@order-mesh/kernel';
import type { Consumer, Position, Producer } from '../broker/broker.ts';
import { placeOf } from '../broker/partition.ts';
import { endsWithin } from '../broker/waiting.ts';
import type { Unit } from '../message.ts';
import { Attempts } from './attempts.ts';
import { keepBooks } from './bookkeeper.ts';
import { watchFront } from './front.ts';
import type { Host } from './host.ts';
import { Intake, type Forward, type Taken } from './intake.ts';
import { takeBack, type Return } from './newcomers.ts';
import { Passage } from './passage.ts';
import { readRecords } from './plan.ts';
import { ProgressBook } from './progress.ts';
import { Publisher } from './publisher.ts';
import { Pulse } from './pulse.ts';
import { routingOf, type Routing } from './routing.ts';

/** How long the batch at hand may take to end once we stop. */
const STOP_WITHIN_MS = 3_000;

/**
 * Runs the participants of one process: everything delivered meanwhile is one batch, one batch is one transaction,
 * and its messages are published after the commit. Exactly once in effect: see docs/adr/0001.
 */
export class Processor {
  readonly #host: Host;
  readonly #routing: Routing;
  readonly #book: ProgressBook;
  readonly #pulse: Pulse;
  readonly #passage: Passage;
  readonly #attempts: Attempts;
  #consumer: Consumer | null = null;
  #producer: Producer | null = null;
  #intake: Intake | null = null;
  #publisher: Publisher | null = null;
  #loop: Promise<void> = Promise.resolve();
  #stopBooks: () => void = () => {};
  #stopFront: () => void = () => {};
  #stopping = false;

  constructor(host: Host) {
    this.#host = host;
    this.#routing = routingOf(host.participants);
    this.#pulse = new Pulse(host.clock);
    this.#book = new ProgressBook(host.store, host.participants.map(({ name }) => name));
    this.#passage = new Passage(host, { routing: this.#routing, book: this.#book, pulse: this.#pulse, publisher: () => this.#publisher });
    this.#attempts = new Attempts(host, { routing: this.#routing, passage: this.#passage, room: () => this.#publisher?.room() ?? Promise.resolve(), isStopping: () => this.#stopping });
  }

  /** Publishes what a crash left in the outbox, joins the group, and begins. What failed because a server was away may be started again. */
  async start(): Promise<void> {
    const { broker, groupId, instance, limits, watcher, front } = this.#host;
    const topics = [...this.#routing.keys()];
    await this.#book.reload();
    const recreated = await this.#book.restartRecreated(await broker.ends(topics));
    if (recreated.length > 0) watcher.trouble('topics were created anew; reading them from the beginning', recreated.map(({ topic }) => topic));
    this.#producer ??= await broker.producer({ onTaken: (ranges) => {
      this.#book.pass(ranges);
      this.#consumer?.pass(ranges);
    } });
    this.#publisher ??= new Publisher(this.#producer, this.#host);
    await this.#publisher.sweep(0);
    const membership = { groupId, ...(instance !== undefined && { instance }), topics, maxRecords: limits.maxRecords, maxBytes: limits.maxBytes };
    await this.#welcome(membership);
    this.#consumer = await broker.consumer({ ...membership, onAssigned: (assigned) => {
      this.#passage.assign(assigned);
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
    const reached = new Map(this.#book.positions().map((position) => [placeOf(position), position.offset]));
    return this.#passage.assigned.map((start) => ({ ...start, offset: reached.get(placeOf(start)) ?? start.offset }));
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
      if (taken.reads.length + taken.works.length > 0) await this.#attempts.process(taken);
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
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
