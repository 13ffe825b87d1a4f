import { setTimeout as wait } from 'node:timers/promises';
import { openJournal, type Faults, type Journal } from '@order-mesh/simulator';
import { notFound, ok, problem, refused, type Answer } from '../problems.ts';
import { makeId } from '../records/ids.ts';
import type { CsvFormat } from './csv.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';

/** What somebody wants done in bulk. */
export interface JobOrder {
  readonly operation: string;
  readonly object: string;
  readonly format: CsvFormat;
  readonly createdById: string;
  readonly clientId: string;
  /** Such as 62.0. */
  readonly apiVersion: string;
}

/** One job of the Bulk API 2.0; `work` is what it is about and what has come of it so far. */
export interface Job<Work> extends JobOrder {
  readonly id: string;
  readonly state: JobState;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly errorMessage: string | null;
  readonly work: Work;
}

type Change<Work> = Partial<Pick<Job<Work>, 'state' | 'errorMessage' | 'work'>>;

type Entry<Work> =
  | { readonly type: 'created'; readonly job: Job<Work> }
  | { readonly type: 'changed'; readonly id: string; readonly at: number; readonly change: Change<Work> }
  | { readonly type: 'removed'; readonly id: string };

export interface JobsOptions<Work> {
  /** Names the journal, and in faults what is being carried out: `bulk-query query Order`. */
  readonly name: string;
  readonly stateDir?: string | undefined;
  readonly now: () => number;
  readonly faults: Faults;
  /** How long a job waits for its turn. */
  readonly paceMs: number;
  /** The number of its first job: no two kinds share an id. */
  readonly firstId: number;
  /** Carries a job out and gives what has come of it. What it throws is the job's error message. */
  readonly carryOut: (job: Job<Work>, note: (work: Work) => void) => Promise<Work>;
  /** Whether a job that was cut short by the end of the process can be begun anew. */
  readonly repeatable: boolean;
}

const PREFIX = '750';
/** Jobs and their results can be asked for during seven days. */
const KEPT_MS = 7 * 86_400_000;
const BEFORE_THE_END: ReadonlySet<JobState> = new Set(['UploadComplete', 'InProgress']);

/** The jobs of one kind. They outlive a restart; what was to be done then is done. */
export class Jobs<Work> {
  readonly #options: JobsOptions<Work>;
  readonly #kept = new Map<string, Job<Work>>();
  readonly #closing = new AbortController();
  readonly #journal: Journal<Entry<Work>>;
  #created = 0;

  constructor(options: JobsOptions<Work>) {
    this.#options = options;
    this.#journal = openJournal<Entry<Work>>({ name: `salesforce-${options.name}`, stateDir: options.stateDir, apply: (entry) => this.#apply(entry) });
    for (const { id, state } of this.all().filter((job) => BEFORE_THE_END.has(job.state))) {
      if (state === 'InProgress' && !options.repeatable) this.change(id, { state: 'Failed', errorMessage: 'InternalServerError : the job was interrupted' });
      else this.start(id);
    }
  }

  create(order: JobOrder, state: JobState, work: Work): Job<Work> {
    const at = this.#options.now();
    const job = { ...order, id: makeId(PREFIX, this.#options.firstId + this.#created), state, createdAt: at, changedAt: at, errorMessage: null, work };
    this.#journal.record({ type: 'created', job });
    return job;
  }

  /** The job, unless it is so old that it is forgotten. */
  find(id: string): Job<Work> | undefined {
    const job = this.#kept.get(id);
    return job && this.#isKept(job) ? job : undefined;
  }

  all(): readonly Job<Work>[] {
    return [...this.#kept.values()].filter((job) => this.#isKept(job));
  }

  change(id: string, change: Change<Work>): void {
    if (this.#kept.has(id) && !this.#closing.signal.aborted) this.#journal.record({ type: 'changed', id, at: this.#options.now(), change });
  }

  /** Has the job carried out when its turn comes. */
  start(id: string): void {
    this.#run(id).catch((error: unknown) => this.change(id, { state: 'Failed', errorMessage: error instanceof Error ? error.message : String(error) }));
  }

  abort(id: string): Answer<Job<Work>> {
    const job = this.find(id);
    if (!job) return refused(notFound);
    if (job.state !== 'Open' && !BEFORE_THE_END.has(job.state)) return refused(problem('INVALIDJOBSTATE', `InvalidJobState : a job that is ${job.state} can't be aborted`));
    this.change(id, { state: 'Aborted' });
    return ok(this.#kept.get(id) ?? job);
  }

  remove(id: string): Answer<null> {
    const job = this.find(id);
    if (!job) return refused(notFound);
    if (BEFORE_THE_END.has(job.state)) return refused(problem('INVALIDJOBSTATE', `InvalidJobState : a job that is ${job.state} can't be deleted`));
    this.#journal.record({ type: 'removed', id });
    return ok(null);
  }

  close(): void {
    this.#closing.abort();
    this.#journal.close();
  }

  #isKept({ createdAt }: Job<Work>): boolean {
    return createdAt > this.#options.now() - KEPT_MS;
  }

  async #run(id: string): Promise<void> {
    const { name, paceMs, faults, carryOut } = this.#options;
    const { signal } = this.#closing;
    await wait(paceMs, undefined, { signal });
    const job = this.#kept.get(id);
    if (!job || !BEFORE_THE_END.has(job.state)) return;
    this.change(id, { state: 'InProgress' });
    const fault = faults.take(`${name} ${job.operation} ${job.object}`);
    if (fault?.delayMs) await wait(fault.delayMs, undefined, { signal });
    if (fault?.status !== undefined) throw new Error('InternalServerError : asked to fail');
    const work = await carryOut(job, (soFar) => this.change(id, { work: soFar }));
    if (this.#kept.get(id)?.state === 'InProgress') this.change(id, { state: 'JobComplete', work });
  }

  #apply(entry: Entry<Work>): void {
    if (entry.type === 'removed') return void this.#kept.delete(entry.id);
    if (entry.type === 'created') {
      this.#created += 1;
      return void this.#kept.set(entry.job.id, entry.job);
    }
    const job = this.#kept.get(entry.id);
    if (job) this.#kept.set(entry.id, { ...job, ...entry.change, changedAt: entry.at });
  }
}
