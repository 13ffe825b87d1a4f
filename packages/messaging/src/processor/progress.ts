import type { Position, Range, TopicPartition } from '../broker/broker.ts';
import { placeOf } from '../broker/partition.ts';
import type { MessageStore, Progress, ProgressMove } from '../store.ts';
import { PassedRanges } from './passed-ranges.ts';

/**
 * Remembers how far each participant is in each partition. Stored is what work was done for, in the transaction of that work;
 * what needed no work is only remembered, and told to Kafka: after a crash it is read and skipped again.
 */
export class ProgressBook {
  readonly #store: MessageStore;
  readonly #participants: readonly string[];
  readonly #passed = new PassedRanges();
  #stored = new Map<string, Progress>();
  #lazy = new Map<string, Progress>();
  /** Where the group stood when a partition came to us: everybody is at least there. */
  #starts: readonly Position[] = [];

  constructor(store: MessageStore, participants: readonly string[]) {
    this.#store = store;
    this.#participants = participants;
  }

  /** The partitions at hand, with where the group stood in each. */
  startAt(positions: readonly Position[]): void {
    this.#starts = positions;
    this.#passed.forget();
    this.#lazy = this.#atStart();
  }

  /** Reads what is stored, forgetting what was not. */
  async reload(): Promise<void> {
    const rows = await this.#store.loadProgress(this.#participants);
    this.#stored = new Map(rows.map((row) => [seatOf(row.participant, row), row]));
    this.#lazy = this.#atStart();
  }

  #atStart(): Map<string, Progress> {
    const starts = new Map(this.#starts.map((start) => [placeOf(start), start.offset]));
    return new Map([...this.#stored].flatMap(([place, row]) => {
      const start = starts.get(placeOf(row)) ?? 0n;
      return start > row.nextOffset ? [[place, { ...row, nextOffset: start }] as const] : [];
    }));
  }

  /** Makes sure that every participant has a row for these partitions, so that a compare-and-set has something to compare. */
  async begin(places: readonly { readonly participant: string; readonly at: TopicPartition }[]): Promise<void> {
    const missing = places.filter(({ participant, at }) => !this.#stored.has(seatOf(participant, at)));
    if (missing.length === 0) return;
    await this.#store.startProgress(missing.map(({ participant, at }) => ({ participant, topic: at.topic, partition: at.partition, nextOffset: 0n })));
    await this.reload();
  }

  /** Where somebody takes part who was not there before, although others were. */
  newcomersAt(takers: ReadonlyMap<string, readonly string[]>): readonly TopicPartition[] {
    const places = new Map([...this.#stored.values()].map(({ topic, partition }) => [placeOf({ topic, partition }), { topic, partition }]));
    return [...places.values()].filter((at) => (takers.get(at.topic) ?? []).some((participant) => !this.#stored.has(seatOf(participant, at))));
  }

  /** Stores what was only told to Kafka, so that the group can be taken back and nobody hears anything twice. */
  async keep(starts: readonly Position[]): Promise<void> {
    this.startAt(starts);
    const moves = [...this.#lazy].map(([place, row]) => ({ ...row, expected: this.#stored.get(place)?.nextOffset ?? 0n }));
    // where somebody else has moved on meanwhile, what they stored counts
    if (moves.length > 0) await this.#store.transaction((tx) => this.#store.advanceProgress(tx, moves));
    await this.reload();
  }

  /** Rows that claim more than the topic holds: the topic was created anew under the same name. */
  async restartRecreated(ends: readonly Position[]): Promise<readonly Progress[]> {
    const endOf = new Map(ends.map((end) => [placeOf(end), end.offset]));
    const lost = [...this.#stored.values()].filter((row) => row.nextOffset > (endOf.get(placeOf(row)) ?? row.nextOffset));
    if (lost.length === 0) return [];
    await this.#store.resetProgress(lost.map((row) => ({ ...row, nextOffset: 0n })));
    await this.reload();
    return lost;
  }

  draft(): ProgressDraft {
    return new ProgressDraft(this.#stored, this.#lazy);
  }

  /** The draft's transaction is committed, or it needed none. */
  settle(draft: ProgressDraft): void {
    for (const [place, progress] of draft.worked) {
      this.#stored.set(place, progress);
      this.#lazy.delete(place);
    }
    for (const [place, progress] of draft.skipped) this.#lazy.set(place, progress);
  }

  /** Records that everybody here has had; they will not come. */
  pass(ranges: readonly Range[]): void {
    this.#passed.add(ranges);
  }

  /** Where the group as a whole is: the slowest participant counts. */
  positions(): readonly Position[] {
    const slowest = new Map<string, Position>();
    for (const [place, stored] of this.#stored) {
      const progress = this.#lazy.get(place) ?? stored;
      const { topic, partition } = progress;
      const at = placeOf(progress);
      const offset = this.#passed.beyond({ topic, partition, offset: progress.nextOffset });
      if (offset > progress.nextOffset) this.#lazy.set(place, { ...progress, nextOffset: offset });
      const known = slowest.get(at);
      if (!known || offset < known.offset) slowest.set(at, { topic, partition, offset });
    }
    for (const position of slowest.values()) this.#passed.drop(position);
    return [...slowest.values()].filter(({ offset }) => offset > 0n);
  }
}

/** How far a batch would get; becomes true only by `ProgressBook.settle`. */
export class ProgressDraft {
  /** Places with work in them. */
  readonly worked = new Map<string, Progress>();
  /** Places where everything was skipped. */
  readonly skipped = new Map<string, Progress>();
  readonly #stored: ReadonlyMap<string, Progress>;
  readonly #lazy: ReadonlyMap<string, Progress>;

  constructor(stored: ReadonlyMap<string, Progress>, lazy: ReadonlyMap<string, Progress>) {
    this.#stored = stored;
    this.#lazy = lazy;
  }

  /** Moves past a record that the participant has work with, unless it `isHandled`; false when there is none, or the participant is past it already. */
  advance(participant: string, { topic, partition, offset }: Position, isHandled: boolean): boolean {
    const place = seatOf(participant, { topic, partition });
    const reached = (this.worked.get(place) ?? this.skipped.get(place) ?? this.#lazy.get(place) ?? this.#stored.get(place))?.nextOffset ?? 0n;
    if (offset < reached) return false;
    const progress = { participant, topic, partition, nextOffset: offset + 1n };
    if (isHandled && !this.worked.has(place)) this.skipped.set(place, progress);
    else {
      this.worked.set(place, progress);
      this.skipped.delete(place);
    }
    return !isHandled;
  }

  moves(): readonly ProgressMove[] {
    return [...this.worked].map(([place, progress]) => ({ ...progress, expected: this.#stored.get(place)?.nextOffset ?? 0n }));
  }
}

function seatOf(participant: string, { topic, partition }: TopicPartition): string {
  return `${participant}|${topic}|${partition}`;
}
