import type { Timeline } from './virtual/timeline.ts';

/** One line of what happened. */
export interface Line {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  /** The order concerned; null where all of them are. */
  readonly orderId: string | null;
}

/** What happened in a run: always as a digest, so that two runs can be compared; as lines only where somebody will read them. */
export class History {
  readonly lines: Line[] = [];
  readonly isKept: boolean;
  readonly #timeline: Timeline;
  #digest = 0x811c9dc5;

  constructor(timeline: Timeline, isKept: boolean) {
    this.#timeline = timeline;
    this.isKept = isKept;
  }

  /** Notes an event; `say` is only called where lines are kept. */
  note(kind: string, orderId: string | null, say?: () => string): void {
    const { now, current } = this.#timeline;
    this.#mix(now >>> 0);
    this.#mix(kind.length === 0 ? 0 : kind.charCodeAt(0) * 31 + kind.charCodeAt(kind.length - 1) + kind.length * 7_919);
    this.#text(current.name);
    if (orderId !== null) this.#text(orderId);
    if (this.isKept && say) this.lines.push({ at: now, who: current.name, what: say(), orderId });
  }

  /** Eight hexadecimal digits: equal for equal histories. */
  get digest(): string {
    return (this.#digest >>> 0).toString(16).padStart(8, '0');
  }

  #text(text: string): void {
    for (let at = 0; at < text.length; at += 1) this.#mix(text.charCodeAt(at));
  }

  #mix(word: number): void {
    this.#digest = Math.imul(this.#digest ^ word, 0x01000193);
    this.#digest ^= this.#digest >>> 15;
  }
}
