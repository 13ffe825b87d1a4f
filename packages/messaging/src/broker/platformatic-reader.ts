import { ConnectionPool, type ClusterMetadata, type Consumer } from '@platformatic/kafka';
import type { BrokerOptions, IncomingRecord, Position, Range, TopicPartition } from './broker.ts';
import type { MemberEvents } from './member.ts';
import { placeOf } from './partition.ts';
import { clientOptions } from './platformatic-client.ts';
import { advance, byLeader, isQuiet, leaderOf, passOver, placeAt, requested, type Place } from './platformatic-places.ts';
import type { FetchResponse } from './platformatic-records.ts';
import { asError, pause, unreachable } from './waiting.ts';

// A waiting fetch is answered at once when a record comes; this only bounds how often an idle one is repeated.
const LONGEST_WAIT_MS = 10_000;
const FETCH_BYTES = 4_000_000;
const READ_COMMITTED = 1;
const RETRY_MS = 250;
/** While we write to a partition ourselves and nobody else does, it is looked at only so often: a waiting fetch would bring back every record we send. */
const PATROL_MS = 200;
const SHORT_WAIT_MS = 1_000;
const OFFSET_OUT_OF_RANGE = 1;
const EARLIEST = -2n;

export interface FetchOptions extends BrokerOptions {
  /** Producer ids of this process. */
  readonly ownIds: ReadonlySet<bigint>;
}

/** When there is room again, `read()` is to be called. */
export type ReaderEvents = Pick<MemberEvents, 'onRecords' | 'onTrouble' | 'hasRoom'>;

/**
 * Reads the partitions a member holds: one waiting fetch per leader, asked again as soon as it is answered. Partitions that only this process
 * writes to at the moment are left out of it, their records passed over as the broker acknowledges them; a patrol looks at them five times a second.
 * The library's own message stream is not used: it keeps the place of a partition that was lost and came back (records would be left out),
 * dies or falls silent after errors, and costs several objects per record.
 */
export class PlatformaticReader {
  readonly #client: Consumer;
  readonly #options: FetchOptions;
  readonly #events: ReaderEvents;
  readonly #places = new Map<string, Place>();
  /** What the waiting fetch of each leader covers. */
  readonly #asked = new Map<number, ReadonlySet<Place>>();
  readonly #end = new AbortController();
  readonly #patrolPool: ConnectionPool;
  readonly #patrol: NodeJS.Timeout;
  #pool: ConnectionPool;
  #heldTopics: ReadonlySet<string> = new Set();
  #isPlanning = false;
  #isPatrolling = false;

  constructor(client: Consumer, options: FetchOptions, events: ReaderEvents) {
    this.#client = client;
    this.#options = options;
    this.#events = events;
    this.#pool = this.#newPool();
    this.#patrolPool = this.#newPool();
    this.#patrol = setInterval(() => { void this.#lookAround(); }, PATROL_MS);
  }

  /** Where each partition that is to be read is read next. */
  get places(): readonly Position[] {
    return this.#wanted();
  }

  /** Leaves these topics unread until called without them. */
  hold(topics: ReadonlySet<string>): void {
    this.#heldTopics = topics;
    this.read();
  }

  start(positions: readonly Position[]): void {
    for (const position of positions) this.#places.set(placeOf(position), placeAt(position));
    this.#interrupt();
  }

  stop(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#places.delete(placeOf(partition));
  }

  /** Records of ours that were acknowledged; passed over where they are next. */
  pass(ranges: readonly Range[]): void {
    const now = performance.now();
    for (const range of ranges) {
      const place = this.#places.get(placeOf(range));
      if (place) passOver(place, range, now);
    }
  }

  read(): void {
    void this.#plan();
  }

  async close(): Promise<void> {
    this.#end.abort();
    clearInterval(this.#patrol);
    this.#places.clear();
    await Promise.all([this.#pool, this.#patrolPool].map((pool) => pool.close().catch(() => undefined)));
  }

  /** Fetches at once what no waiting fetch covers, and lets one wait again for what is quiet no longer. */
  async #lookAround(): Promise<void> {
    const covered = new Set([...this.#asked.values()].flatMap((places) => [...places]));
    const uncovered = this.#wanted().filter((place) => !covered.has(place));
    if (uncovered.length === 0 || this.#isPatrolling || !this.#mayAsk()) return;
    this.#isPatrolling = true;
    this.read();
    const metadata = await this.#metadata();
    if (metadata) await Promise.all([...byLeader(uncovered, metadata)].map(([node, places]) => this.#patrolTo(node, places, metadata)));
    this.#isPatrolling = false;
  }

  async #patrolTo(node: number, places: readonly Place[], metadata: ClusterMetadata): Promise<void> {
    const answer = await this.#fetch(places, metadata, { node, maxWaitTime: 0, connectionPool: this.#patrolPool }).catch(asError);
    if (this.#end.signal.aborted) return;
    const response = answer instanceof Error ? responseIn(answer) : answer;
    if (response) this.#accept(response, metadata);
  }

  // a fetch that waits for the partitions held before would keep the new ones waiting too
  #interrupt(): void {
    const old = this.#pool;
    this.#pool = this.#newPool();
    this.#asked.clear();
    void old.close().catch(() => undefined);
    this.read();
  }

  async #plan(): Promise<void> {
    if (this.#isPlanning) return;
    this.#isPlanning = true;
    try {
      while (this.#mayAsk()) {
        const metadata = await this.#metadata();
        if (!metadata) continue;
        this.#askEach(metadata);
        break;
      }
    } finally {
      this.#isPlanning = false;
    }
  }

  #mayAsk(): boolean {
    return !this.#end.signal.aborted && this.#wanted().length > 0 && this.#events.hasRoom();
  }

  #wanted(): readonly Place[] {
    const all = [...this.#places.values()];
    return this.#heldTopics.size === 0 ? all : all.filter(({ topic }) => !this.#heldTopics.has(topic));
  }

  async #metadata(): Promise<ClusterMetadata | undefined> {
    try {
      const metadata = await this.#client.metadata({ topics: this.#client.topics.current });
      const orphan = [...this.#places.values()].find((place) => !metadata.brokers.has(leaderOf(place, metadata)));
      if (orphan) throw unreachable(`nobody leads ${placeOf(orphan)} now`);
      return metadata;
    } catch (error) {
      await this.#rest(error);
      return undefined;
    }
  }

  #askEach(metadata: ClusterMetadata): void {
    const now = performance.now();
    const wanted = this.#wanted();
    const loud = wanted.filter((place) => !isQuiet(place, now));
    const maxWaitTime = loud.length < wanted.length ? SHORT_WAIT_MS : LONGEST_WAIT_MS;
    for (const [node, places] of byLeader(loud, metadata)) {
      if (this.#asked.has(node)) continue;
      this.#asked.set(node, new Set(places));
      void this.#ask(node, places, { metadata, maxWaitTime });
    }
  }

  async #ask(node: number, places: readonly Place[], { metadata, maxWaitTime }: Asking): Promise<void> {
    const pool = this.#pool;
    const answer = await this.#fetch(places, metadata, { node, maxWaitTime, connectionPool: pool }).catch(asError);
    if (pool !== this.#pool || this.#end.signal.aborted) return;
    const response = answer instanceof Error ? responseIn(answer) : answer;
    if (response) this.#accept(response, metadata);
    if (answer instanceof Error) await this.#rest(answer);
    if (pool !== this.#pool) return;
    this.#asked.delete(node);
    this.read();
  }

  #fetch(places: readonly Place[], metadata: ClusterMetadata, how: How): Promise<FetchResponse> {
    return this.#client.fetch({ ...how, topics: requested(places, metadata), minBytes: 1, maxBytes: FETCH_BYTES, isolationLevel: READ_COMMITTED });
  }

  #accept(response: FetchResponse, metadata: ClusterMetadata): void {
    const names = new Map([...metadata.topics].map(([name, { id }]) => [id, name]));
    const arrived: IncomingRecord[] = [];
    const gone: Place[] = [];
    for (const { topicId, partitions } of response.responses) {
      const topic = names.get(topicId);
      for (const fetched of partitions) {
        const place = this.#places.get(placeOf({ topic: topic ?? '', partition: fetched.partitionIndex }));
        if (place && fetched.errorCode === OFFSET_OUT_OF_RANGE) gone.push(place);
        if (place) advance(place, fetched, { into: arrived, ownIds: this.#options.ownIds });
      }
    }
    if (gone.length > 0) void this.#findBegins(gone);
    this.#events.onRecords(arrived);
  }

  /** What was to be read next was deleted by age: goes on with the oldest record there is. Kafka does not tell which that is unless it is asked. */
  async #findBegins(places: readonly Place[]): Promise<void> {
    const asked = places.map((place) => ({ place, offset: place.offset }));
    try {
      const begins = await this.#client.listOffsets({ topics: [...new Set(places.map(({ topic }) => topic))], timestamp: EARLIEST });
      for (const { place, offset } of asked) {
        const begin = begins.get(place.topic)?.[place.partition];
        if (begin !== undefined && place.offset === offset) place.offset = begin;
      }
    } catch (error) {
      // the next fetch finds them gone again
      this.#events.onTrouble(asError(error));
    }
  }

  async #rest(error: unknown): Promise<void> {
    this.#events.onTrouble(asError(error));
    this.#client.clearMetadata();
    await pause(RETRY_MS, this.#end.signal);
  }

  // a fetch blocks its connection while it waits: heartbeats and commits must not share it
  #newPool(): ConnectionPool {
    return new ConnectionPool(this.#options.clientId, { ...clientOptions(this.#options), requestTimeout: LONGEST_WAIT_MS + 10_000 });
  }
}

interface Asking {
  readonly metadata: ClusterMetadata;
  readonly maxWaitTime: number;
}

interface How {
  readonly node: number;
  readonly maxWaitTime: number;
  readonly connectionPool: ConnectionPool;
}

function responseIn(error: Error): FetchResponse | undefined {
  return 'response' in error ? (error.response as FetchResponse | undefined) : undefined;
}
