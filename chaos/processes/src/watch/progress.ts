import { setTimeout as sleep } from 'node:timers/promises';
import type { Position } from '@order-mesh/messaging';
import type { Looker } from './database.ts';
import { repeat, type Repetition } from './repeat.ts';

const LOOK_EVERY = 400;
/** Kafka is asked again after so many looks: a question that a fault swallows waits for half a minute, and would take a service for one that stands still. */
const PATIENCE = 5;

/** How far a service is in one partition. */
interface Place {
  readonly participant: string;
  readonly topic: string;
  readonly partition: number;
  readonly next: string;
}

/** The end of every partition of these topics. */
type Ends = (topics: readonly string[]) => Promise<readonly Position[]>;

export interface Watched {
  readonly looker: Pick<Looker, 'rows'>;
  readonly ends: Ends;
  /** Whether the service says that it takes work; never rejects. */
  readonly isReady: (service: string) => Promise<boolean>;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/** Knows when each service took messages, by how far it is in all its partitions and by its inbox, when none waited for it, and when it would have taken one. */
export class Progress {
  /** When it was seen to have moved on, or took messages. */
  readonly #moves = new Map<string, number[]>();
  /** How far it was when last looked at. */
  readonly #reached = new Map<string, number>();
  /** When nothing waited. */
  readonly #idle = new Map<string, number[]>();
  /** When nothing waited, and the service said that it takes work. */
  readonly #ready = new Map<string, number[]>();
  readonly #asked = new Map<string, Promise<void>>();
  readonly #watched: Watched;
  readonly #every: number;
  /** What happened just before a moment may be seen just after it. */
  readonly #blur: number;
  readonly #watching: readonly Repetition[];
  #topics: readonly string[] = [];

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#every = watched.every ?? LOOK_EVERY;
    this.#blur = 2 * this.#every;
    this.#watching = [repeat(this.#every, () => this.#lookForMoves()), repeat(this.#every, () => this.#lookForIdle())];
  }

  async stop(): Promise<void> {
    for (const watching of this.#watching) await watching.stop();
    await Promise.all(this.#asked.values());
  }

  /** Adds what the inbox tells, to the millisecond: a look comes late on a full machine, and not at all while the database is away. */
  async readInbox(looker: Pick<Looker, 'rows'>): Promise<void> {
    const rows = await looker.rows<{ readonly participant: string; readonly at: Date }>('select distinct participant, taken_at as at from messaging.inbox');
    if (!rows) throw new Error('the inbox could not be read: when services went on would be told too late');
    for (const { participant, at } of rows) listOf(this.#moves, participant).push(at.getTime());
    for (const moves of this.#moves.values()) moves.sort((a, b) => a - b);
  }

  /** When the service first moved on after this moment; null when it never did. */
  after(service: string, moment: number): number | null {
    return this.#first(this.#moves, service, moment);
  }

  /** When the service was first seen after this moment to have taken everything that was there; null when it never was. */
  idleAfter(service: string, moment: number): number | null {
    return this.#first(this.#idle, service, moment);
  }

  /** When the service was first seen after this moment to be ready, with nothing there to take; null when it never was. */
  readyAfter(service: string, moment: number): number | null {
    return this.#first(this.#ready, service, moment);
  }

  #first(times: ReadonlyMap<string, readonly number[]>, service: string, moment: number): number | null {
    return times.get(service)?.find((at) => at > moment + this.#blur) ?? null;
  }

  async #lookForMoves(): Promise<void> {
    const rows = await this.#watched.looker.rows<{ readonly participant: string; readonly reached: string }>('select participant, sum(next_offset) as reached from messaging.processed_offset group by participant');
    const at = Date.now();
    for (const { participant, reached } of rows ?? []) {
      if (this.#reached.get(participant) === Number(reached)) continue;
      this.#reached.set(participant, Number(reached));
      listOf(this.#moves, participant).push(at);
    }
  }

  /** The ends first: who is found to be past them had nothing waiting when they were told. */
  async #lookForIdle(): Promise<void> {
    const told = await Promise.race([this.#watched.ends(this.#topics).catch(() => []), sleep(PATIENCE * this.#every, [], { ref: false })]);
    const at = Date.now();
    const ends = new Map(told.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
    const places = await this.#watched.looker.rows<Place>('select participant, topic, partition, next_offset as next from messaging.processed_offset');
    if (!places) return;
    const isPast = ({ topic, partition, next }: Place): boolean => BigInt(next) >= (ends.get(`${topic}/${partition}`) ?? Infinity);
    const idle = [...Map.groupBy(places, (place) => place.participant)].flatMap(([participant, own]) => (own.every(isPast) ? [participant] : []));
    this.#topics = [...new Set(places.map(({ topic }) => topic))];
    for (const participant of idle) {
      listOf(this.#idle, participant).push(at);
      if (!this.#asked.has(participant)) this.#asked.set(participant, this.#ask(participant));
    }
  }

  /** Beside the looks: one that is frozen lets whoever asks wait. */
  async #ask(service: string): Promise<void> {
    if (await this.#watched.isReady(service)) listOf(this.#ready, service).push(Date.now());
    this.#asked.delete(service);
  }
}

function listOf(lists: Map<string, number[]>, name: string): number[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
