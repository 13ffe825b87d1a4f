import type { Position, Range } from '../broker/broker.ts';
import { placeOf } from '../broker/partition.ts';

/** What was passed over, per partition, in order and joined where it touches. */
export class PassedRanges {
  #ranges = new Map<string, Range[]>();

  add(ranges: readonly Range[]): void {
    for (const range of ranges) {
      const known = this.#ranges.get(placeOf(range)) ?? [];
      const last = known.at(-1);
      if (last?.to === range.from) known[known.length - 1] = { ...last, to: range.to };
      else known.push(range);
      this.#ranges.set(placeOf(range), known);
    }
  }

  /** The offset from which on something may be waiting for whoever is at this position. */
  beyond({ topic, partition, offset }: Position): bigint {
    let beyond = offset;
    for (const { from, to } of this.#ranges.get(placeOf({ topic, partition })) ?? []) if (from <= beyond && beyond < to) beyond = to;
    return beyond;
  }

  /** Everybody is past this position. */
  drop(position: Position): void {
    const left = (this.#ranges.get(placeOf(position)) ?? []).filter(({ to }) => to > position.offset);
    if (left.length > 0) this.#ranges.set(placeOf(position), left);
    else this.#ranges.delete(placeOf(position));
  }

  forget(): void {
    this.#ranges = new Map();
  }
}
