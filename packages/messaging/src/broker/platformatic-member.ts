import { Admin, Consumer as Client } from '@platformatic/kafka';
import type { ConsumerOptions, IncomingRecord, Position, Range, TopicPartition } from './broker.ts';
import type { Member, MemberEvents } from './member.ts';
import { placeOf } from './partition.ts';
import { answers, clientOptions, isKafkaError } from './platformatic-client.ts';
import { PlatformaticReader, type FetchOptions } from './platformatic-reader.ts';
import { offsetsOf } from './platformatic-topics.ts';
import { stallOf } from './stall-watch.ts';
import { asError, endsWithin, pause } from './waiting.ts';

const LEAVE_MS = 2_000;
const RETRY_MS = 250;

/** A member under KIP-848: the broker assigns, one heartbeat a second carries news both ways. */
export class PlatformaticMember implements Member {
  readonly #options: FetchOptions;
  readonly #wish: ConsumerOptions;
  readonly #events: MemberEvents;
  readonly #endPredecessors: () => Promise<void>;
  readonly #client: Client;
  readonly #reader: PlatformaticReader;
  readonly #end = new AbortController();
  readonly #held = new Map<string, Position>();
  #beatAt = Date.now();
  #arrivedAt = Date.now();
  #isSettling = false;
  #hasSettled = false;
  #joining: Promise<void> = Promise.resolve();
  #giveUp: (reason: Error) => void = () => undefined;

  /** @param endPredecessors Takes out of the group who bears this member's name. */
  constructor(options: FetchOptions, wish: ConsumerOptions, events: MemberEvents, endPredecessors: () => Promise<void>) {
    this.#options = options;
    this.#wish = wish;
    this.#events = events;
    this.#endPredecessors = endPredecessors;
    // "range" gives one partition number of all topics to one member, so that an order's hops stay in its process; the broker's default does not
    this.#client = new Client({ ...clientOptions(options), ...(wish.instance !== undefined && { clientId: wish.instance }), groupId: wish.groupId, groupProtocol: 'consumer', groupRemoteAssignor: 'range', autocommit: false });
    this.#reader = new PlatformaticReader(this.#client, options, { ...events, onRecords: (records) => this.#arrived(records) });
  }

  /** With where the group stood when each was gained. */
  get held(): readonly Position[] {
    return [...this.#held.values()];
  }

  holds(partition: TopicPartition): boolean {
    return this.#held.has(placeOf(partition));
  }

  get hasJoined(): boolean {
    return this.#hasSettled;
  }

  get answeredAt(): number {
    return this.#beatAt;
  }

  async live(): Promise<Error> {
    const lost = new Promise<Error>((resolve) => { this.#giveUp = resolve; });
    this.#client.on('consumer:heartbeat:end', () => this.#beat());
    this.#client.on('consumer:heartbeat:error', ({ error }) => this.#missedBeat(error));
    this.#joining = this.#join();
    // a join may never come to an end, when we leave meanwhile or when the library waits for an answer without end
    return Promise.race([lost, this.#joining.then(() => lost, asError), this.#stall()]);
  }

  pass(ranges: readonly Range[]): void {
    this.#reader.pass(ranges);
  }

  hold(topics: ReadonlySet<string>): void {
    this.#reader.hold(topics);
  }

  read(): void {
    this.#reader.read();
  }

  async store(positions: readonly Position[]): Promise<void> {
    await this.#client.commit({ offsets: positions.map(({ topic, partition, offset }) => ({ topic, partition, offset, leaderEpoch: -1 })) });
  }

  async leave(): Promise<void> {
    this.#end.abort();
    this.#giveUp(new Error('left'));
    this.#held.clear();
    await this.#reader.close();
    // closed while it joins, the client asks itself for its coordinator until the stack is full
    await endsWithin(this.#joining.catch(() => undefined), LEAVE_MS);
    await endsWithin(this.#client.close(true).catch(() => undefined), LEAVE_MS);
  }

  // consume() is the only way to join; its stream is not needed (the reader does its work), the subscription is
  async #join(): Promise<void> {
    await this.#endPredecessors();
    const topics = [...this.#wish.topics];
    this.#client.topics.trackAll(...topics);
    const stream = await this.#client.consume({ topics, mode: 'latest' });
    stream.on('error', () => undefined);
    stream.destroy();
  }

  #beat(): void {
    if (this.#client.isActive()) this.#beatAt = Date.now();
    void this.#settle();
  }

  #missedBeat(error: Error): void {
    if (isKafkaError(error, 'UNKNOWN_MEMBER_ID', 'FENCED_MEMBER_EPOCH', 'GROUP_ID_NOT_FOUND')) this.#giveUp(error);
    else this.#events.onTrouble(error);
  }

  /** Brings what is read in line with what the group assigned. */
  async #settle(): Promise<void> {
    if (this.#isSettling) return;
    this.#isSettling = true;
    for (let change = this.#change(); change && !this.#end.signal.aborted; change = this.#change()) {
      await this.#adopt(change).catch(async (error: unknown) => {
        this.#events.onTrouble(asError(error));
        await pause(RETRY_MS, this.#end.signal);
      });
    }
    this.#isSettling = false;
    this.#hasSettled = true;
  }

  #change(): Change | undefined {
    const wanted = (this.#client.assignments ?? []).flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
    const keys = new Set(wanted.map(placeOf));
    const lost = this.held.filter((partition) => !keys.has(placeOf(partition)));
    const gained = wanted.filter((partition) => !this.holds(partition));
    return lost.length + gained.length > 0 ? { lost, gained } : undefined;
  }

  async #adopt({ lost, gained }: Change): Promise<void> {
    if (lost.length > 0) this.#lose(lost);
    if (gained.length === 0) return;
    const positions = await this.#committed(gained);
    if (this.#end.signal.aborted) return;
    for (const position of positions) this.#held.set(placeOf(position), position);
    this.#events.onAssigned(this.held);
    this.#reader.start(positions);
  }

  #lose(lost: readonly TopicPartition[]): void {
    for (const partition of lost) this.#held.delete(placeOf(partition));
    this.#reader.stop(lost);
    this.#events.onLost(lost);
    this.#events.onAssigned(this.held);
  }

  async #committed(partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, those]) => ({ topic, partitions: those.map(({ partition }) => partition) }));
    const committed = await this.#client.listCommittedOffsets({ topics });
    return partitions.map(({ topic, partition }) => {
      const offset = committed.get(topic)?.[partition] ?? -1n;
      // a group that never was here starts at 0; where that is no more, the broker says what is the first
      return { topic, partition, offset: offset < 0n ? 0n : offset };
    });
  }

  #arrived(records: readonly IncomingRecord[]): void {
    if (records.length > 0) this.#arrivedAt = Date.now();
    this.#events.onRecords(records);
  }

  #stall(): Promise<Error> {
    return stallOf({
      answeredAt: () => this.#beatAt,
      arrivedAt: () => this.#arrivedAt,
      isHungry: () => this.#events.hasRoom(),
      isUp: () => answers(this.#options),
      behind: () => this.#behind(),
    }, this.#end.signal, this.#options.stallAfterMs);
  }

  async #behind(): Promise<ReadonlyMap<string, bigint>> {
    // what the group gave us and we could not begin with stands still too
    const unbegun = (this.#change()?.gained ?? []).map((partition) => ({ ...partition, offset: -1n }));
    const places = [...this.#reader.places, ...unbegun];
    if (places.length === 0) return new Map();
    const admin = new Admin(clientOptions(this.#options));
    try {
      const ends = await offsetsOf(admin, [...new Set(places.map(({ topic }) => topic))], 'end');
      const endOf = new Map(ends.map((end) => [placeOf(end), end.offset]));
      const late = places.filter((place) => (endOf.get(placeOf(place)) ?? 0n) > place.offset);
      return new Map(late.map((place) => [placeOf(place), place.offset]));
    } finally {
      await admin.close().catch(() => undefined);
    }
  }
}

interface Change {
  readonly lost: readonly TopicPartition[];
  readonly gained: readonly TopicPartition[];
}
