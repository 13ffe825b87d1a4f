import { MeshError } from '@order-mesh/kernel';
import type { Consumer, IncomingRecord, OutgoingRecord } from '../broker/broker.ts';
import type { Unit } from '../message.ts';
import type { Read } from './plan.ts';

/** Puts a record on its way as it is, in the transaction at hand. */
export type Forward = (record: OutgoingRecord) => void;

/** Work that starts here and not with a record: an HTTP request, a timer, an answered call. */
export interface LocalWork {
  readonly participant: string;
  run(unit: Unit, forward: Forward): Promise<void>;
  done(): void;
  failed(error: unknown): void;
}

export interface Taken {
  readonly reads: readonly Read[];
  readonly works: readonly LocalWork[];
}

/** Joins what the broker delivers with what is submitted here; a lone item never waits for company. */
export class Intake {
  readonly #consumer: Consumer;
  readonly #read: (records: readonly IncomingRecord[]) => readonly Read[];
  readonly #maxWorks: number;
  readonly #maxWaiting: number;
  #works: LocalWork[] = [];
  #reads: readonly Read[] = [];
  #fetch: Promise<void> | null = null;
  #fetchError: unknown = null;
  #wake: () => void = () => {};
  #closed = false;

  /** `read` is called as records arrive, mostly while the batch before them is being written. */
  constructor(consumer: Consumer, read: (records: readonly IncomingRecord[]) => readonly Read[], limits: { readonly maxWorks: number; readonly maxWaiting: number }) {
    this.#consumer = consumer;
    this.#read = read;
    this.#maxWorks = limits.maxWorks;
    this.#maxWaiting = limits.maxWaiting;
  }

  get waiting(): number {
    return this.#works.length;
  }

  /** Resolves with the work's result once its batch is committed. Rejects with OVERLOADED or NOT_RUNNING when it is not taken. */
  submit<Result>(participant: string, work: (unit: Unit, forward: Forward) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new MeshError('NOT_RUNNING', { advice: 'the service is stopping; try again elsewhere or later' }));
    if (this.#works.length >= this.#maxWaiting) return Promise.reject(new MeshError('OVERLOADED', { advice: 'too much work is waiting; try again in a few seconds' }));
    return new Promise<Result>((resolve, reject) => {
      let keep = (): void => {};
      this.#works.push({
        participant,
        run: async (unit, forward) => {
          const result = await work(unit, forward);
          keep = () => { resolve(result); };
        },
        done: () => { keep(); },
        failed: reject,
      });
      this.#wake();
    });
  }

  /** Waits until there is something to do; gives nothing only when closed. */
  async next(): Promise<Taken> {
    if (this.#reads.length === 0) this.#startFetch();
    while (!this.#closed && this.#works.length === 0 && this.#reads.length === 0) {
      if (this.#fetchError) throw this.#takeError();
      this.#startFetch();
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    const taken = { reads: this.#reads, works: this.#works.splice(0, this.#maxWorks) };
    this.#reads = [];
    // the next records arrive and are read while these are decided and written
    this.#startFetch();
    return taken;
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #startFetch(): void {
    this.#fetch ??= this.#consumer.next().then(
      (records) => { this.#reads = this.#read(records); },
      (error: unknown) => { this.#fetchError = error; },
    ).finally(() => {
      this.#fetch = null;
      this.#wake();
    });
  }

  #takeError(): unknown {
    const error = this.#fetchError;
    this.#fetchError = null;
    return error;
  }
}
