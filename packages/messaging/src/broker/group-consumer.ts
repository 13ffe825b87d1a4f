import type { BrokerOptions, Consumer, ConsumerOptions, IncomingRecord, Position, Range, TopicPartition } from './broker.ts';
import type { Member, MemberEvents } from './member.ts';
import { OffsetBook } from './offset-book.ts';
import { RecordBuffer } from './record-buffer.ts';
import { pause, sparingly } from './waiting.ts';

const RETRY_MS = 500;

/** A consumer that outlives its memberships: each one that can't go on is replaced by a new one. */
export class GroupConsumer implements Consumer {
  readonly #options: ConsumerOptions;
  readonly #join: (events: MemberEvents) => Member;
  readonly #buffer = new RecordBuffer();
  readonly #end = new AbortController();
  readonly #onTrouble: (trouble: Error) => void;
  readonly #offsets: OffsetBook;
  readonly #life: Promise<void>;
  #member: Member;

  constructor(broker: BrokerOptions, options: ConsumerOptions, join: (events: MemberEvents) => Member) {
    this.#options = options;
    this.#join = join;
    this.#onTrouble = sparingly(broker.onTrouble);
    this.#member = this.#newMember();
    this.#offsets = new OffsetBook((positions) => this.#member.store(positions), (partition) => this.#member.holds(partition));
    this.#life = this.#live();
  }

  async next(): Promise<readonly IncomingRecord[]> {
    const records = await this.#buffer.take(this.#options.maxRecords);
    this.#member.read();
    return records;
  }

  pass(ranges: readonly Range[]): void {
    this.#member.pass(ranges);
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
      this.#onTrouble(reason);
      await this.#replace();
      await pause(RETRY_MS, this.#end.signal);
    }
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
    return this.#join({
      onRecords: (records) => this.#buffer.add(records),
      onTrouble: (trouble) => this.#onTrouble(trouble),
      hasRoom: () => this.#buffer.size < this.#options.maxRecords,
      onLost: (lost) => this.#buffer.dropAllOf(lost),
      onAssigned: (assigned) => this.#options.onAssigned?.(assigned),
    });
  }
}
