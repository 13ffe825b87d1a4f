/** The one source of chance of a run: the same seed gives the same numbers for ever (sfc32, Chris Doty-Humphrey, public domain). */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  /** Streams of one seed are independent of each other: what one is asked changes nothing of another. */
  constructor(seed: number, stream = 0) {
    this.#a = 0x9e3779b9 ^ Math.imul(stream, 0x85ebca6b);
    this.#b = seed >>> 0;
    this.#c = Math.floor(seed / 2 ** 32) ^ 0x5bd1e995;
    for (let round = 0; round < 12; round += 1) this.bits();
  }

  /** 32 bits. */
  bits(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** In [0, 1). */
  unit(): number {
    return this.bits() / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  happens(probability: number): boolean {
    return this.unit() < probability;
  }

  /** One of these; throws when there is none. */
  of<One>(some: readonly One[]): One {
    const one = some[this.whole(0, some.length - 1)];
    if (one === undefined) throw new RangeError('nothing to choose from');
    return one;
  }
}
