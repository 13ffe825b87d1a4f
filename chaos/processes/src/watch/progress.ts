import type { Position } from '@order-mesh/messaging';
import type { Looker } from './database.ts';
import { repeat, type Repetition } from './repeat.ts';

const LOOK_EVERY = 400;
/** What happened just before a moment may be seen just after it. */
const BLUR = 2 * LOOK_EVERY;

interface Look {
  readonly at: number;
  readonly reached: number;
}

/** How far a service is in one partition. */
interface Place {
  readonly participant: string;
  readonly topic: string;
  readonly partition: number;
  readonly next: string;
}

/** The end of every partition of these topics. */
type Ends = (topics: readonly string[]) => Promise<readonly Position[]>;

/** Knows when each service took messages, by how far it is in all its partitions, when none waited for it, and when it would have taken one. */
export class Progress {
  readonly #moves = new Map<string, Look[]>();
  /** When nothing waited. */
  readonly #idle = new Map<string, number[]>();
  /** When nothing waited, and the service said that it takes work. */
  readonly #ready = new Map<string, number[]>();
  readonly #looker: Looker;
  readonly #ends: Ends;
  readonly #isReady: (service: string) => Promise<boolean>;
  readonly #watching: readonly Repetition[];
  #topics: readonly string[] = [];

  constructor(looker: Looker, ends: Ends, isReady: (service: string) => Promise<boolean>) {
    this.#looker = looker;
    this.#ends = ends;
    this.#isReady = isReady;
    this.#watching = [repeat(LOOK_EVERY, () => this.#lookForMoves()), repeat(LOOK_EVERY, () => this.#lookForIdle())];
  }

  async stop(): Promise<void> {
    for (const watching of this.#watching) await watching.stop();
  }

  /** When the service was first seen to have moved on after this moment; null when it never was. */
  after(service: string, moment: number): number | null {
    return this.#moves.get(service)?.find(({ at }) => at > moment + BLUR)?.at ?? null;
  }

  /** When the service was first seen after this moment to have taken everything that was there; null when it never was. */
  idleAfter(service: string, moment: number): number | null {
    return this.#idle.get(service)?.find((at) => at > moment + BLUR) ?? null;
  }

  /** When the service was first seen after this moment to be ready, with nothing there to take; null when it never was. */
  readyAfter(service: string, moment: number): number | null {
    return this.#ready.get(service)?.find((at) => at > moment + BLUR) ?? null;
  }

  async #lookForMoves(): Promise<void> {
    const rows = await this.#looker.rows<{ readonly participant: string; readonly reached: string }>('select participant, sum(next_offset) as reached from messaging.processed_offset group by participant');
    const at = Date.now();
    for (const { participant, reached } of rows ?? []) {
      const moves = listOf(this.#moves, participant);
      if (moves.at(-1)?.reached !== Number(reached)) moves.push({ at, reached: Number(reached) });
    }
  }

  /** The ends first: who is found to be past them had nothing waiting when they were told. */
  async #lookForIdle(): Promise<void> {
    const told = await this.#ends(this.#topics).catch(() => []);
    const at = Date.now();
    const ends = new Map(told.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
    const places = await this.#looker.rows<Place>('select participant, topic, partition, next_offset as next from messaging.processed_offset') ?? [];
    const isPast = ({ topic, partition, next }: Place): boolean => BigInt(next) >= (ends.get(`${topic}/${partition}`) ?? Infinity);
    const idle = [...Map.groupBy(places, (place) => place.participant)].flatMap(([participant, own]) => (own.every(isPast) ? [participant] : []));
    for (const participant of idle) listOf(this.#idle, participant).push(at);
    this.#topics = [...new Set(places.map(({ topic }) => topic))];
    await Promise.all(idle.map(async (participant) => { if (await this.#isReady(participant)) listOf(this.#ready, participant).push(Date.now()); }));
  }
}

function listOf<Item>(lists: Map<string, Item[]>, name: string): Item[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}
