import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `up` leads to the server, `down` back to the client. */
export type Direction = 'up' | 'down';

/** What the line does to bytes from now on, on all connections. Nothing is lost or reordered within one: like TCP, it only comes late or never. */
export interface Weather {
  /** Every byte arrives so much later, in both directions. */
  readonly latencyMs?: number;
  /** And up to so much more, by chance. */
  readonly jitterMs?: number;
  /** Bytes of this direction, and the ends of connections, are kept back until the weather changes; the connections stay open. */
  readonly blackhole?: Direction | 'both';
  /** At most so many bytes arrive at a time. */
  readonly sliceBytes?: number;
  /** The chance, from 0 to 1, that a piece resets its connection instead of arriving. */
  readonly resetChance?: number;
}

export interface PipeOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly weather: () => Omit<Weather, 'blackhole'> & { readonly isShut: boolean };
  readonly onData: (bytes: Buffer) => void;
  readonly chance: () => number;
  readonly reset: () => void;
}

/** More than this is left to the sender's own buffers. */
const MOST_KEPT_BYTES = 1_048_576;
const SLICE_EVERY_MS = 1;

/** One direction of one connection: takes bytes as they come, and delivers them in order when the weather lets it. */
export class Pipe {
  readonly #options: PipeOptions;
  #delivered: Promise<void> = Promise.resolve();
  #keptBytes = 0;
  #weatherChanged: () => void = () => {};

  constructor(options: PipeOptions) {
    const { from, to } = options;
    this.#options = options;
    from.on('data', (bytes: Buffer) => { this.#take(bytes); });
    from.on('end', () => { this.#inOrder(async () => { to.end(); }); });
    // a reset of one side is one of the other; its end comes with 'end' or 'close'
    from.on('error', () => { this.#inOrder(async () => { options.reset(); }); });
    from.on('close', () => { this.#inOrder(async () => { to.destroySoon(); }); });
    to.on('close', () => { this.#weatherChanged(); });
  }

  weatherChanged(): void {
    this.#weatherChanged();
  }

  #take(bytes: Buffer): void {
    const { from, onData, weather, chance } = this.#options;
    onData(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > MOST_KEPT_BYTES) from.pause();
    const { latencyMs = 0, jitterMs = 0 } = weather();
    const dueAt = Date.now() + latencyMs + chance() * jitterMs;
    this.#inOrder(async () => {
      const early = dueAt - Date.now();
      if (early > 0) await sleep(early);
      await this.#deliver(bytes);
      this.#keptBytes -= bytes.length;
      if (this.#keptBytes <= MOST_KEPT_BYTES) from.resume();
    });
  }

  #inOrder(step: () => Promise<void>): void {
    this.#delivered = this.#delivered.then(async () => {
      await this.#clear();
      await step();
    });
  }

  async #clear(): Promise<void> {
    const { weather, to } = this.#options;
    while (weather().isShut && !to.destroyed) {
      await new Promise<void>((resolve) => { this.#weatherChanged = resolve; });
    }
  }

  async #deliver(bytes: Buffer): Promise<void> {
    const { to, weather, chance, reset } = this.#options;
    for (let at = 0; at < bytes.length && to.writable;) {
      await this.#clear();
      const { sliceBytes = bytes.length, resetChance = 0 } = weather();
      if (resetChance > 0 && chance() < resetChance) {
        reset();
        return;
      }
      const slice = bytes.subarray(at, at + sliceBytes);
      at += slice.length;
      if (!to.write(slice)) await drained(to);
      if (at < bytes.length) await sleep(SLICE_EVERY_MS);
    }
  }
}

function drained(to: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      to.off('drain', go);
      to.off('close', go);
      resolve();
    };
    to.once('drain', go);
    to.once('close', go);
  });
}
