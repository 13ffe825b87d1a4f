import { MeshError } from '@order-mesh/kernel';
import type { BrokerOptions, Consumer, ConsumerOptions, IncomingRecord, Position, Range, TopicPartition } from './broker.ts';
import type { Member, MemberEvents } from './member.ts';
import { OffsetBook } from './offset-book.ts';
import { portionOf, RecordBuffer, type Portion } from './record-buffer.ts';
import { pause, sparingly } from './waiting.ts';

const RETRY_MS = 500;
const ALIVE_WITHIN_MS = 10_000;
const REMEMBERED_MS = 600_000;

/** A consumer that outlives its memberships: each one that can't go on is replaced by a new one. */
export class GroupConsumer implements Consumer {
  readonly #broker: BrokerOptions;
  readonly #options: ConsumerOptions;
  readonly #portion: Portion;
  readonly #join: (events: MemberEvents) => Member;
  readonly #buffer = new RecordBuffer();
  readonly #end = new AbortController();
  readonly #onTrouble: (trouble: Error) => void;
  readonly #offsets: OffsetBook;
  readonly #life: Promise<void>;
  #member: Member;
  #held: ReadonlySet<string> = new Set();
  #stalledAt: readonly number[] = [];

  constructor(broker: BrokerOptions, options: ConsumerOptions, join: (events: MemberEvents) => Member) {
    this.#broker = broker;
    this.#options = options;
    this.#portion = portionOf(options);
    this.#join = join;
    this.#onTrouble = sparingly(broker.onTrouble);
    this.#member = this.#newMember();
    this.#offsets = new OffsetBook((positions) => this.#member.store(positions), (partition) => this.#member.holds(partition));
    this.#life = this.#live();
  }

  async next(): Promise<readonly IncomingRecord[]> {
    const records = await this.#buffer.take(this.#portion);
    this.#member.read();
    return records;
  }

  pass(ranges: readonly Range[]): void {
    this.#member.pass(ranges);
  }

  hold(topics: readonly string[]): void {
    this.#held = new Set(topics);
    this.#member.hold(this.#held);
  }

  obstacle(): string | null {
    const { groupId } = this.#options;
    if (!this.#member.hasJoined) return `no member of the consumer group ${groupId} yet`;
    const silentMs = Date.now() - this.#member.answeredAt;
    return silentMs < ALIVE_WITHIN_MS ? null : `the broker has not answered the consumer group ${groupId} for ${Math.floor(silentMs / 1_000)} s`;
  }

  assigned(): readonly TopicPartition[] {
    return this.#member.held;
  }

  async commit(positions: readonly Position[]): Promise<void> {
    await this.#offsets.note(positions);
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#buffer.close();
    this.#offsets.close();
    await this.#member.leave();
    await this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const reason = await this.#member.live();
      if (this.#end.signal.aborted) return;
      if (isStall(reason)) this.#stalled(reason);
      else this.#onTrouble(reason);
      await this.#replace();
      await pause(RETRY_MS, this.#end.signal);
    }
  }

  #stalled(reason: Error): void {
    const now = Date.now();
    this.#stalledAt = [...this.#stalledAt.filter((at) => now - at < REMEMBERED_MS), now];
    this.#broker.onStall?.({ groupId: this.#options.groupId, reason, times: this.#stalledAt.length });
  }

  async #replace(): Promise<void> {
    const old = this.#member;
    const hadSome = old.held.length > 0;
    this.#member = this.#newMember();
    this.#buffer.clear();
    if (hadSome) this.#options.onAssigned?.([]);
    await old.leave();
  }

  #newMember(): Member {
    const member = this.#join({
      onRecords: (records) => this.#buffer.add(records),
      onTrouble: (trouble) => this.#onTrouble(trouble),
      hasRoom: () => this.#buffer.hasRoomFor(this.#portion),
      onLost: (lost) => this.#buffer.dropAllOf(lost),
      onAssigned: (assigned) => this.#options.onAssigned?.(assigned),
    });
    member.hold(this.#held);
    return member;
  }
}

const isStall = (reason: Error): boolean => reason instanceof MeshError && reason.code === 'CONSUMER_STALLED';
