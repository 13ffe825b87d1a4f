import type { Admin, Consumer as Client, EachBatchPayload } from 'kafkajs';
import type { BrokerOptions, ConsumerOptions, Position, TopicPartition } from './broker.ts';
import { kafkajsClient } from './kafkajs-client.ts';
import { recordsFrom } from './kafkajs-records.ts';
import type { Member, MemberEvents } from './member.ts';
import { placeOf } from './partition.ts';
import { stallOf } from './stall-watch.ts';
import { asError, endsWithin, pause } from './waiting.ts';

// the shortest a broker allows by default: after an outage, a new member waits until the lost one's session is over
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 1_000;
// bounds how late the library notices a rebalance and its own end, for it beats and leaves between two fetches only
const LONGEST_WAIT_MS = 1_500;
const FETCH_BYTES = 4_000_000;
const LEAVE_MS = 3_000;
const AT_ONCE = 64;
const ROOM_LOOK_MS = 5;

/** A member under the classic protocol: each change stops all, and every member reads on from what was committed. */
export class KafkajsMember implements Member {
  readonly #options: BrokerOptions;
  readonly #wish: ConsumerOptions;
  readonly #events: MemberEvents;
  readonly #client: Client;
  readonly #end = new AbortController();
  readonly #held = new Map<string, TopicPartition>();
  /** The next record of each partition that was not handed over yet. */
  readonly #places = new Map<string, bigint>();
  #heldTopics: ReadonlySet<string> = new Set();
  #isRunning = false;
  #memberId = '';
  #answeredAt = Date.now();
  #arrivedAt = Date.now();
  #running: Promise<void> = Promise.resolve();
  #giveUp: (reason: Error) => void = () => undefined;

  constructor(options: BrokerOptions, wish: ConsumerOptions, events: MemberEvents) {
    this.#options = options;
    this.#wish = wish;
    this.#events = events;
    this.#client = newClient(options, wish.groupId);
  }

  get held(): readonly TopicPartition[] {
    return [...this.#held.values()];
  }

  holds(partition: TopicPartition): boolean {
    return this.#held.has(placeOf(partition));
  }

  get hasJoined(): boolean {
    return this.#memberId !== '';
  }

  get answeredAt(): number {
    return this.#answeredAt;
  }

  async live(): Promise<Error> {
    const lost = new Promise<Error>((resolve) => { this.#giveUp = resolve; });
    this.#listen();
    this.#running = this.#run();
    return Promise.race([lost, this.#running.then(() => lost, asError), this.#stall()]);
  }

  // what the library fetches next is not for us to say
  pass(): void {}

  hold(topics: ReadonlySet<string>): void {
    const before = this.#heldTopics;
    this.#heldTopics = topics;
    if (!this.#isRunning) return;
    this.#client.pause([...topics].map((topic) => ({ topic })));
    this.#client.resume([...before].filter((topic) => !topics.has(topic)).map((topic) => ({ topic })));
  }

  // handlers that wait for room look for it themselves
  read(): void {}

  async store(positions: readonly Position[]): Promise<void> {
    await this.#client.commitOffsets(positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset.toString() })));
  }

  async leave(): Promise<void> {
    this.#end.abort();
    this.#giveUp(new Error('left'));
    this.#held.clear();
    const stopped = this.#running.catch(() => undefined).then(() => this.#client.disconnect()).catch(() => undefined);
    // a member that is still joining can't be stopped; it leaves as soon as it has joined
    await endsWithin(stopped, LEAVE_MS);
  }

  #listen(): void {
    const { GROUP_JOIN, CRASH, HEARTBEAT, FETCH } = this.#client.events;
    this.#client.on(GROUP_JOIN, ({ payload }) => this.#joined(payload.memberId, payload.memberAssignment));
    this.#client.on(CRASH, ({ payload }) => this.#giveUp(payload.error));
    this.#client.on(HEARTBEAT, () => { this.#answeredAt = Date.now(); });
    this.#client.on(FETCH, () => { this.#answeredAt = Date.now(); });
  }

  async #run(): Promise<void> {
    await this.#client.connect();
    await this.#client.subscribe({ topics: [...this.#wish.topics], fromBeginning: true });
    if (this.#end.signal.aborted) return;
    await this.#client.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: AT_ONCE,
      eachBatch: (payload) => this.#handOver(payload),
    });
    // the library takes no wish before
    this.#isRunning = true;
    this.hold(this.#heldTopics);
  }

  #joined(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void {
    if (this.#end.signal.aborted) return;
    this.#answeredAt = Date.now();
    const assigned = Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })));
    const keys = new Set(assigned.map(placeOf));
    // under a new id this member was away: others may have had its partitions
    const lost = this.held.filter((partition) => memberId !== this.#memberId || !keys.has(placeOf(partition)));
    this.#memberId = memberId;
    for (const partition of lost) this.#places.delete(placeOf(partition));
    this.#events.onLost(lost);
    this.#held.clear();
    for (const partition of assigned) this.#held.set(placeOf(partition), partition);
    this.#events.onAssigned(this.held.map((partition) => ({ ...partition, offset: 0n })));
  }

  async #handOver({ batch, resolveOffset, heartbeat, isRunning }: EachBatchPayload): Promise<void> {
    const key = placeOf(batch);
    if (!this.#held.has(key)) return;
    const from = this.#places.get(key) ?? 0n;
    const next = BigInt(batch.lastOffset()) + 1n;
    this.#arrivedAt = Date.now();
    this.#events.onRecords(recordsFrom(batch, from));
    if (next > from) this.#places.set(key, next);
    resolveOffset(batch.lastOffset());
    while (!this.#events.hasRoom() && isRunning() && !this.#end.signal.aborted) {
      await pause(ROOM_LOOK_MS, this.#end.signal);
      await heartbeat();
    }
  }

  #stall(): Promise<Error> {
    return stallOf({
      answeredAt: () => this.#answeredAt,
      arrivedAt: () => this.#arrivedAt,
      isHungry: () => this.#events.hasRoom(),
      isUp: () => this.#ask(async () => true).catch(() => false),
      behind: () => this.#ask((admin) => behind(admin, this.#wish.groupId, this.held.filter(({ topic }) => !this.#heldTopics.has(topic)), this.#places)),
    }, this.#end.signal, this.#options.stallAfterMs);
  }

  async #ask<Answer>(question: (admin: Admin) => Promise<Answer>): Promise<Answer> {
    const admin = kafkajsClient(this.#options).admin({ retry: { retries: 0 } });
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

function newClient(options: BrokerOptions, groupId: string): Client {
  return kafkajsClient(options).consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: LONGEST_WAIT_MS,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    allowAutoTopicCreation: false,
    // the library's own restart would go on unseen: a crashed member is replaced
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: async () => false },
  });
}

async function behind(admin: Admin, groupId: string, held: readonly TopicPartition[], places: ReadonlyMap<string, bigint>): Promise<ReadonlyMap<string, bigint>> {
  const topics = [...new Set(held.map(({ topic }) => topic))];
  const committed = new Map<string, bigint>();
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId, topics })) {
    for (const { partition, offset } of partitions) committed.set(placeOf({ topic, partition }), BigInt(offset));
  }
  const late = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      const key = placeOf({ topic, partition });
      const next = places.get(key) ?? larger(committed.get(key) ?? -1n, BigInt(low));
      if (BigInt(high) > next) late.set(key, next);
    }
  }
  return late;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
