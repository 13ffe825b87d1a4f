import type { Position, TopicPartition } from '../broker/broker.ts';
import type { MessageStore, Progress, ProgressMove } from '../store.ts';

/** Remembers how far each participant is in each partition: what is stored, and what may be stored later. */
export class ProgressBook {
  readonly #store: MessageStore;
  readonly #participants: readonly string[];
  #stored = new Map<string, Progress>();
  #lazy = new Map<string, Progress>();

  constructor(store: MessageStore, participants: readonly string[]) {
    this.#store = store;
    this.#participants = participants;
  }

  /** Reads what is stored, forgetting what was not. */
  async reload(): Promise<void> {
    const rows = await this.#store.loadProgress(this.#participants);
    this.#stored = new Map(rows.map((row) => [placeOf(row.participant, row), row]));
    this.#lazy = new Map();
  }

  /** Makes sure that every participant has a row for these partitions, so that a compare-and-set has something to compare. */
  async begin(places: readonly { readonly participant: string; readonly at: TopicPartition }[]): Promise<void> {
    const missing = places.filter(({ participant, at }) => !this.#stored.has(placeOf(participant, at)));
    if (missing.length === 0) return;
    await this.#store.startProgress(missing.map(({ participant, at }) => ({ participant, topic: at.topic, partition: at.partition, nextOffset: 0n })));
    await this.reload();
  }

  /** Rows that claim more than the topic holds: the topic was created anew under the same name. */
  async restartRecreated(ends: readonly Position[]): Promise<readonly Progress[]> {
    const endOf = new Map(ends.map((end) => [`${end.topic}/${end.partition}`, end.offset]));
    const lost = [...this.#stored.values()].filter((row) => row.nextOffset > (endOf.get(`${row.topic}/${row.partition}`) ?? row.nextOffset));
    if (lost.length === 0) return [];
    await this.#store.resetProgress(lost.map((row) => ({ ...row, nextOffset: 0n })));
    await this.reload();
    return lost;
  }

  draft(): ProgressDraft {
    return new ProgressDraft(this.#stored, this.#lazy);
  }

  /** The draft's transaction is committed. */
  settle(draft: ProgressDraft): void {
    for (const [place, progress] of draft.moved) this.#stored.set(place, progress);
    this.#lazy = new Map();
  }

  /** The draft moved past records that needed no work: storing it can wait. */
  postpone(draft: ProgressDraft): void {
    this.#lazy = draft.moved;
  }

  hasPostponed(): boolean {
    return this.#lazy.size > 0;
  }

  /** Where the group as a whole is: the slowest participant counts. */
  positions(): readonly Position[] {
    const slowest = new Map<string, Position>();
    for (const [place, stored] of this.#stored) {
      const { topic, partition, nextOffset } = this.#lazy.get(place) ?? stored;
      const known = slowest.get(`${topic}/${partition}`);
      if (!known || nextOffset < known.offset) slowest.set(`${topic}/${partition}`, { topic, partition, offset: nextOffset });
    }
    return [...slowest.values()].filter(({ offset }) => offset > 0n);
  }
}

/** How far a batch would get; becomes true only by `ProgressBook.settle`. */
export class ProgressDraft {
  readonly moved: Map<string, Progress>;
  readonly #stored: ReadonlyMap<string, Progress>;

  constructor(stored: ReadonlyMap<string, Progress>, lazy: ReadonlyMap<string, Progress>) {
    this.#stored = stored;
    this.moved = new Map(lazy);
  }

  /** Moves past a record; false when the participant is already past it. */
  advance(participant: string, { topic, partition, offset }: Position): boolean {
    const place = placeOf(participant, { topic, partition });
    const reached = (this.moved.get(place) ?? this.#stored.get(place))?.nextOffset ?? 0n;
    if (offset < reached) return false;
    this.moved.set(place, { participant, topic, partition, nextOffset: offset + 1n });
    return true;
  }

  moves(): readonly ProgressMove[] {
    return [...this.moved].map(([place, progress]) => ({ ...progress, expected: this.#stored.get(place)?.nextOffset ?? 0n }));
  }
}

function placeOf(participant: string, { topic, partition }: TopicPartition): string {
  return `${participant}|${topic}|${partition}`;
}
