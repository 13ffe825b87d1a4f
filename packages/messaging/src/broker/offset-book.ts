import type { Position, TopicPartition } from './broker.ts';
import { placeOf } from './partition.ts';
import { endsWithin, pause } from './waiting.ts';

const RETRY_MS = 500;
const PATIENCE_MS = 3_000;

/** Notes how far a group is and tells the broker, one request at a time; a failed one is made again with what came meanwhile. */
export class OffsetBook {
  readonly #store: (positions: readonly Position[]) => Promise<void>;
  readonly #isHeld: (partition: TopicPartition) => boolean;
  readonly #due = new Map<string, Position>();
  #storing: Promise<void> | undefined;
  readonly #end = new AbortController();

  constructor(store: (positions: readonly Position[]) => Promise<void>, isHeld: (partition: TopicPartition) => boolean) {
    this.#store = store;
    this.#isHeld = isHeld;
  }

  /** Resolves when these positions are stored or no longer matter, at the latest after 3 s; what is not stored by then is tried further. */
  async note(positions: readonly Position[]): Promise<void> {
    for (const position of positions) this.#keep(position);
    this.#storing ??= this.#storeAll();
    await endsWithin(this.#storing, PATIENCE_MS);
  }

  close(): void {
    this.#end.abort();
    this.#due.clear();
  }

  #keep(position: Position): void {
    const key = placeOf(position);
    const known = this.#due.get(key);
    if (!known || known.offset < position.offset) this.#due.set(key, position);
  }

  async #storeAll(): Promise<void> {
    while (this.#due.size > 0 && !this.#end.signal.aborted) {
      const held = [...this.#due.values()].filter((position) => this.#isHeld(position));
      this.#due.clear();
      if (held.length > 0) await this.#try(held);
    }
    this.#storing = undefined;
  }

  async #try(positions: readonly Position[]): Promise<void> {
    try {
      await this.#store(positions);
    } catch {
      if (this.#end.signal.aborted) return;
      for (const position of positions) this.#keep(position);
      await pause(RETRY_MS, this.#end.signal);
    }
  }
}
