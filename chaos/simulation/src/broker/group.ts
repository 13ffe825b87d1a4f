import { placeOf, type Consumer, type ConsumerOptions, type IncomingRecord, type Position, type Range, type TopicPartition } from '@order-mesh/messaging';
import type { Owner, Timeline } from '../virtual/timeline.ts';
import type { PartitionLog } from './topic-log.ts';

/** What a group's members need of the broker. */
export interface Logs {
  readonly timeline: Timeline;
  readonly partitions: number;
  log(topic: string, partition: number): PartitionLog;
  /** May hold a fetch up, or end who fetches. Resolves to false when it is all over for him. */
  fetching(owner: Owner): Promise<boolean>;
  /** How long a change of assignment takes to reach a member. */
  newsDelay(): number;
}

/** A consumer group: whole partition numbers are dealt out in ranges; how far the group is, is kept here. */
export class Group {
  readonly #logs: Logs;
  readonly #members: Member[] = [];
  readonly committed = new Map<string, bigint>();
  #generation = 0;

  constructor(logs: Logs) {
    this.#logs = logs;
  }

  join(owner: Owner, options: ConsumerOptions): Consumer {
    const member = new Member(this, this.#logs, owner, options);
    this.#members.push(member);
    this.rebalance();
    return member;
  }

  has(member: Member): boolean {
    return this.#members.includes(member);
  }

  leave(member: Member): void {
    const at = this.#members.indexOf(member);
    if (at < 0) return;
    this.#members.splice(at, 1);
    this.rebalance();
  }

  /** The session of whoever stands still or is gone has run out. */
  expel(owner: Owner): readonly Member[] {
    const gone = this.#members.filter((member) => member.owner === owner);
    for (const member of gone) this.leave(member);
    return gone;
  }

  readmit(member: Member): void {
    if (this.has(member) || !member.owner.alive || member.isClosed) return;
    this.#members.push(member);
    this.rebalance();
  }

  /** Deals the partitions out anew; each member learns of it in its own time. */
  rebalance(): void {
    this.#generation += 1;
    const generation = this.#generation;
    const count = this.#members.length;
    this.#members.forEach((member, index) => {
      const numbers = Array.from({ length: this.#logs.partitions }, (_, partition) => partition).filter((partition) => Math.floor((partition * count) / this.#logs.partitions) === index);
      this.#logs.timeline.after(this.#logs.newsDelay(), () => {
        if (generation === this.#generation && this.has(member)) member.assign(numbers);
      }, member.owner);
    });
  }

  commit(positions: readonly Position[]): void {
    for (const position of positions) this.committed.set(placeOf(position), position.offset);
  }

  /** Wakes whoever waits for records of these partitions. */
  stored(logs: readonly PartitionLog[]): void {
    for (const member of this.#members) member.stored(logs);
  }

  /** Whether every record has been given to somebody who lives: what the dead were given comes again, to whoever follows them. */
  isThrough(): boolean {
    return this.#members.length > 0 && this.#members.every((member) => member.owner.alive && member.isThrough());
  }

  /** Its offsets are lost: everything comes again. */
  rewind(): void {
    this.committed.clear();
    for (const member of this.#members) this.#logs.timeline.after(0, () => { member.rewind(); }, member.owner);
  }
}

/** One member, as the product sees it. */
export class Member implements Consumer {
  readonly owner: Owner;
  isClosed = false;
  readonly #group: Group;
  readonly #logs: Logs;
  readonly #options: ConsumerOptions;
  readonly #positions = new Map<string, Reading>();
  #waiting: ((records: readonly IncomingRecord[]) => void) | null = null;
  #wakeAt = Infinity;
  /** Topics that are not wanted for now. */
  #held: ReadonlySet<string> = new Set();

  constructor(group: Group, logs: Logs, owner: Owner, options: ConsumerOptions) {
    this.#group = group;
    this.#logs = logs;
    this.owner = owner;
    this.#options = options;
  }

  async next(): Promise<readonly IncomingRecord[]> {
    if (!(await this.#logs.fetching(this.owner))) return new Promise(() => {});
    if (this.isClosed) return [];
    const records = this.#take();
    if (records.length > 0) return records;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#wakeAgain();
    });
  }

  pass(ranges: readonly Range[]): void {
    for (const { topic, partition, from, to } of ranges) {
      const position = this.#positions.get(placeOf({ topic, partition }));
      if (!position) continue;
      const last = position.passed.at(-1);
      if (last?.to === Number(from)) last.to = Number(to);
      else position.passed.push({ from: Number(from), to: Number(to) });
    }
  }

  hold(topics: readonly string[]): void {
    this.#held = new Set(topics);
    this.#deliver();
  }

  obstacle(): string | null {
    return null;
  }

  assigned(): readonly TopicPartition[] {
    return [...this.#positions.values()].map(({ log: { topic, partition } }) => ({ topic, partition }));
  }

  commit(positions: readonly Position[]): Promise<void> {
    const ours = positions.filter((position) => this.#positions.has(placeOf(position)));
    if (this.owner.alive && this.#group.has(this)) this.#group.commit(ours);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.#group.leave(this);
    this.#waiting?.([]);
    this.#waiting = null;
    return Promise.resolve();
  }

  assign(numbers: readonly number[]): void {
    const held = new Map(this.#positions);
    this.#positions.clear();
    for (const topic of this.#options.topics) {
      for (const partition of numbers) {
        const log = this.#logs.log(topic, partition);
        const place = placeOf(log);
        const offset = held.get(place)?.offset ?? Number(this.#group.committed.get(place) ?? 0n);
        this.#positions.set(place, { log, offset, passed: [] });
      }
    }
    this.#options.onAssigned?.([...this.#positions.values()].map(({ log: { topic, partition } }) => (
      { topic, partition, offset: this.#group.committed.get(placeOf({ topic, partition })) ?? 0n })));
    this.#deliver();
  }

  /** Reads everything from the beginning again, as after a lost offset. */
  rewind(): void {
    for (const position of this.#positions.values()) {
      position.offset = 0;
      position.passed.length = 0;
    }
    this.#deliver();
  }

  stored(logs: readonly PartitionLog[]): void {
    if (this.#waiting && logs.some((log) => this.#positions.has(placeOf(log)))) this.#wakeAgain();
  }

  isThrough(): boolean {
    return [...this.#positions.values()].every((position) => skipPassed(position) >= position.log.records.length);
  }

  #deliver(): void {
    if (!this.#waiting || this.isClosed) return;
    const records = this.#take();
    if (records.length === 0) return this.#wakeAgain();
    const resolve = this.#waiting;
    this.#waiting = null;
    resolve(records);
  }

  #wakeAgain(): void {
    const { timeline } = this.#logs;
    const soonest = this.#soonest();
    if (soonest >= this.#wakeAt && this.#wakeAt > timeline.now) return;
    this.#wakeAt = soonest;
    if (soonest === Infinity) return;
    timeline.after(Math.max(0, soonest - timeline.now), () => {
      this.#wakeAt = Infinity;
      this.#deliver();
    }, this.owner);
  }

  #soonest(): number {
    let soonest = Infinity;
    for (const position of this.#positions.values()) {
      if (this.#held.has(position.log.topic)) continue;
      soonest = Math.min(soonest, position.log.records[skipPassed(position)]?.visibleAt ?? Infinity);
    }
    return soonest;
  }

  #take(): readonly IncomingRecord[] {
    const { now } = this.#logs.timeline;
    const taken: IncomingRecord[] = [];
    for (const position of this.#positions.values()) {
      if (this.#held.has(position.log.topic)) continue;
      const { records } = position.log;
      for (; taken.length < this.#options.maxRecords; position.offset += 1) {
        const record = records[skipPassed(position)];
        if (!record || record.visibleAt > now) break;
        taken.push(record);
      }
    }
    return taken;
  }
}

/** How far a member is in one partition, and what it need not be given. */
interface Reading {
  readonly log: PartitionLog;
  offset: number;
  readonly passed: { readonly from: number; to: number }[];
}

/** Moves past what need not be given; tells where that is. */
function skipPassed(reading: Reading): number {
  for (let first = reading.passed[0]; first && first.from <= reading.offset; first = reading.passed[0]) {
    reading.offset = Math.max(reading.offset, first.to);
    reading.passed.shift();
  }
  return reading.offset;
}
