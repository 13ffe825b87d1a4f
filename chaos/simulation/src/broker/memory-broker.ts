import { placeOf, unframed, type Consumer, type GroupBroker, type IncomingRecord, type OutgoingRecord, type Position, type Producer, type ProducerOptions, type Range } from '@order-mesh/messaging';
import type { Reaper } from '../database/connection.ts';
import type { Blow, Strikes } from '../faults.ts';
import type { Chance } from '../random.ts';
import { never, type Owner, type Timeline } from '../virtual/timeline.ts';
import { Group, type Logs, type Member } from './group.ts';
import { PartitionLog } from './topic-log.ts';

export interface BrokerWorld {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly strikes: Strikes;
  readonly reaper: Reaper;
  readonly partitions: number;
  /** Whether producers tell where records were stored that need not come back. */
  readonly tellsTaken: boolean;
  readonly onStored: (record: IncomingRecord, by: string) => void;
  readonly onBlow: (where: string, blow: Blow) => void;
}

/** One Kafka for everybody, in memory: partitions in order, groups, at least once. */
export class MemoryBroker {
  readonly groups = new Map<string, Group>();
  readonly logs = new Map<string, PartitionLog>();
  readonly #world: BrokerWorld;
  readonly #logs: Logs;

  constructor(world: BrokerWorld) {
    this.#world = world;
    this.#logs = {
      timeline: world.timeline, partitions: world.partitions,
      log: (topic, partition) => this.#log(topic, partition),
      fetching: (owner) => this.#fetching(owner),
      newsDelay: () => world.chance.whole(0, 60),
    };
  }

  /** Kafka as one process reaches it. */
  connect(owner: Owner): GroupBroker {
    return {
      begins: (topics) => Promise.resolve(topics.flatMap((topic) => this.#partitionsOf(topic).map((position) => ({ ...position, offset: 0n })))),
      ends: (topics) => Promise.resolve(topics.flatMap((topic) => this.#partitionsOf(topic))),
      producer: (options) => Promise.resolve(this.#producer(owner, options)),
      consumer: (options): Promise<Consumer> => {
        const group = this.groups.get(options.groupId) ?? new Group(this.#logs);
        this.groups.set(options.groupId, group);
        return Promise.resolve(group.join(owner, options));
      },
    };
  }

  /** What the world outside sends, an upstream system or a person. */
  publish(records: readonly OutgoingRecord[], by: string): void {
    this.#store(records, by);
  }

  expel(owner: Owner): readonly (readonly [Group, Member])[] {
    return [...this.groups.values()].flatMap((group) => group.expel(owner).map((member) => [group, member] as const));
  }

  #partitionsOf(topic: string): readonly Position[] {
    return Array.from({ length: this.#world.partitions }, (_, partition) => ({ topic, partition, offset: this.#log(topic, partition).end }));
  }

  #log(topic: string, partition: number): PartitionLog {
    const place = placeOf({ topic, partition });
    const known = this.logs.get(place);
    if (known) return known;
    const made = new PartitionLog(topic, partition);
    this.logs.set(place, made);
    return made;
  }

  #producer(owner: Owner, { onTaken = () => {} }: ProducerOptions = {}): Producer {
    let last: Promise<unknown> = Promise.resolve();
    return {
      publish: (records) => {
        const sent = last.then(() => this.#send(owner, records, onTaken));
        last = sent.catch(() => {});
        return sent;
      },
      close: () => Promise.resolve(),
    };
  }

  async #send(owner: Owner, records: readonly OutgoingRecord[], onTaken: (ranges: readonly Range[]) => void): Promise<void> {
    if (!owner.alive) return never();
    const { strikes, reaper, chance, onBlow, tellsTaken } = this.#world;
    const blow = strikes.at('publish');
    if (blow) onBlow('publish', blow);
    await this.#wait(chance.whole(0, 3) + (blow?.type === 'slow' ? blow.byMs : 0));
    if (blow?.type === 'crash' || blow?.type === 'freeze') {
      if (blow.when === 'after') this.#store(records, owner.name);
      if (blow.type === 'crash') {
        reaper.crash(owner, blow.downMs, `${blow.when} a publish`);
        return never();
      }
      reaper.freeze(owner, blow.forMs, `${blow.when} a publish`);
      await this.#wait(1);
      if (blow.when === 'after') return;
    }
    if (blow?.type === 'lost' && blow.when === 'before') throw new Error('BROKER_UNREACHABLE: the producer lost its client');
    // a client that had to be replaced sends again what was stored unheard
    if (blow?.type === 'twice') this.#store(records, owner.name);
    const stored = this.#store(records, owner.name);
    if (blow?.type === 'lost') throw new Error('BROKER_UNREACHABLE: the acknowledgement was lost');
    await this.#wait(chance.whole(0, 2));
    if (tellsTaken) onTaken(stored);
  }

  /** Appends; gives the ranges that nobody here has to see again. */
  #store(records: readonly OutgoingRecord[], by: string): readonly Range[] {
    const { timeline, chance, strikes, onStored } = this.#world;
    const soon = timeline.now + chance.whole(1, 4);
    const touched = new Map<PartitionLog, { readonly from: bigint; allTaken: boolean }>();
    for (const { topic, partition, frame, takenHere } of records) {
      const log = this.#log(topic, partition);
      const run = touched.get(log) ?? { from: log.end, allTaken: true };
      touched.set(log, run);
      run.allTaken &&= takenHere === true;
      const blow = strikes.at('record');
      const content = { ...unframed(frame), timestamp: timeline.now, visibleAt: soon + (blow?.type === 'slow' ? blow.byMs : 0) };
      onStored(log.append(content), by);
      if (blow?.type === 'twice') onStored(log.append(content), by);
    }
    const logs = [...touched.keys()];
    for (const group of this.groups.values()) group.stored(logs);
    return [...touched].flatMap(([{ topic, partition, end }, { from, allTaken }]) => (allTaken ? [{ topic, partition, from, to: end }] : []));
  }

  async #fetching(owner: Owner): Promise<boolean> {
    if (!owner.alive) return false;
    const { strikes, reaper, onBlow } = this.#world;
    const blow = strikes.at('fetch');
    if (!blow) return true;
    onBlow('fetch', blow);
    if (blow.type === 'crash') {
      reaper.crash(owner, blow.downMs, 'while fetching');
      return false;
    }
    if (blow.type === 'freeze') reaper.freeze(owner, blow.forMs, 'while fetching');
    await this.#wait(blow.type === 'slow' ? blow.byMs : 1);
    return true;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => { this.#world.timeline.after(ms, resolve); });
  }
}
