import type { Unit } from '@order-mesh/messaging';
import { withTraces, type Followed, type Log, type Submit } from '@order-mesh/platform';
import type { CallUpdate, ClaimedCall } from './ledger.ts';

/** A call after an attempt, with what is to be written about it. */
export interface Ended {
  readonly call: ClaimedCall;
  readonly update: CallUpdate;
}

export interface RecorderOptions {
  readonly submit: Submit;
  readonly log: Log;
  /** Writes the updates and tells the service about the settled ones; all in one transaction. */
  readonly record: (ended: readonly Ended[], unit: Unit) => Promise<void>;
  /** Told after each transaction, whether it succeeded or not. */
  readonly onRecorded: (ended: readonly Ended[]) => void;
}

const followedOf = ({ call: { orderId, trace = {} } }: Ended): Followed => ({ key: orderId, trace });

/** Records attempts one transaction after the other; each takes all that ended meanwhile. */
export class Recorder {
  readonly #options: RecorderOptions;
  #waiting: Ended[] = [];
  #recording: Promise<void> | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  add(ended: readonly Ended[]): void {
    if (ended.length === 0) return;
    this.#waiting.push(...ended);
    this.#recording ??= this.#recordAll();
  }

  /** Resolves when everything added so far is recorded. */
  async idle(): Promise<void> {
    await this.#recording;
  }

  async #recordAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      await this.#record(batch);
      this.#options.onRecorded(batch);
    }
    this.#recording = undefined;
  }

  // What can't be recorded is left to its lease: then its outcome is unknown and is inquired about
  async #record(batch: readonly Ended[]): Promise<void> {
    const { submit, log } = this.#options;
    const record: RecorderOptions['record'] = (ended, unit) => withTraces(ended.map(followedOf), unit, (followed) => this.#options.record(ended, followed));
    try {
      await submit((unit) => record(batch, unit));
    } catch (error) {
      const [first] = batch;
      if (batch.length > 1) for (const one of batch) await this.#record([one]);
      else log.error('outcome of a call not recorded', { key: first?.call.key, orderId: first?.call.orderId, error: String(error) });
    }
  }
}
