import { milliseconds, seconds, type Duration } from '@order-mesh/kernel';
import type { Processor } from '@order-mesh/messaging';
import type { Database } from './postgres/database.ts';

const ANSWER_WITHIN = seconds(2);
/** Probes that come together are told the same. */
const KEPT_FOR = milliseconds(500);

/** Why a process cannot do its work, null when it can; for liveness it is enough that it answers. */
export class Readiness {
  #phase: string | null = 'starting';
  #running: { readonly processor: Processor; readonly database: Database } | null = null;
  readonly #others: (() => string | null)[] = [];
  #asking: Promise<boolean> | null = null;

  /** Says what keeps it from working: what the start waits for, or that it stops. */
  waitsFor(what: string): void {
    this.#phase = what;
  }

  /** What a service of the process waits for beside; asked each time somebody looks. */
  alsoWaitsFor(what: () => string | null): void {
    this.#others.push(what);
  }

  runs(processor: Processor, database: Database): void {
    this.#running = { processor, database };
    this.#phase = null;
  }

  /** What stands in the way of work that begins here. Costs nothing: from what the last batches have shown. */
  obstacle(): string | null {
    return this.#phase ?? this.#running?.processor.obstacle() ?? null;
  }

  /** That, and what stands in the way of work that comes over Kafka; asks the database. Never rejects. */
  async look(): Promise<string | null> {
    if (this.#running === null) return this.#phase;
    const { processor, database } = this.#running;
    return this.obstacle() ?? processor.deafness() ?? this.#other() ?? (await this.#asked(database) ? null : `the database has not answered within ${ANSWER_WITHIN / 1_000} s`);
  }

  #other(): string | null {
    for (const what of this.#others) {
      const why = what();
      if (why !== null) return why;
    }
    return null;
  }

  #asked(database: Database): Promise<boolean> {
    this.#asking ??= isAnswered(database, ANSWER_WITHIN).finally(() => {
      setTimeout(() => { this.#asking = null; }, KEPT_FOR).unref();
    });
    return this.#asking;
  }
}

function isAnswered(database: Database, within: Duration): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => { resolve(false); }, within);
    void database.query({ name: 'platform.ready', text: 'select 1' }).then(() => true, () => false).then((answered) => {
      clearTimeout(late);
      resolve(answered);
    });
  });
}
