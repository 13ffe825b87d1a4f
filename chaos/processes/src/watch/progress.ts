import type { Looker } from './database.ts';
import { repeat, type Repetition } from './repeat.ts';

const LOOK_EVERY = 400;

interface Look {
  readonly at: number;
  readonly reached: number;
}

/** Knows when each service took messages, by how far it is in all its partitions. */
export class Progress {
  readonly #moves = new Map<string, Look[]>();
  readonly #watching: Repetition;

  constructor(looker: Looker) {
    this.#watching = repeat(LOOK_EVERY, async () => {
      const rows = await looker.rows<{ readonly participant: string; readonly reached: string }>(
        'select participant, sum(next_offset) as reached from messaging.processed_offset group by participant');
      const at = Date.now();
      for (const { participant, reached } of rows ?? []) this.#note(participant, { at, reached: Number(reached) });
    });
  }

  stop(): Promise<void> {
    return this.#watching.stop();
  }

  /** When the service was first seen to have moved on after this moment; null when it never was. */
  after(service: string, moment: number): number | null {
    const moves = this.#moves.get(service) ?? [];
    // what was committed just before the moment may be seen just after it
    return moves.find(({ at }) => at > moment + 2 * LOOK_EVERY)?.at ?? null;
  }

  #note(participant: string, look: Look): void {
    const moves = this.#moves.get(participant) ?? [];
    if (moves.at(-1)?.reached === look.reached) return;
    moves.push(look);
    this.#moves.set(participant, moves);
  }
}
