import { Worker } from 'node:worker_threads';
import type { Ran, WorkerAnswer, WorkerStart, WorkerTask } from './protocol.ts';

// built: a planted bug is one of the built modules, and that is what runs
const THREAD = new URL('./worker.js', import.meta.url.replace('/src/', '/dist/'));
const YOUNG_GENERATION_MB = 64;

type Ask = (task: Extract<WorkerTask, { readonly type: 'run' }>) => Promise<Ran>;

/** Worker threads, each doing one task at a time. */
export class Crew {
  readonly #threads: readonly Worker[];

  constructor(size: number, start: WorkerStart) {
    this.#threads = Array.from({ length: Math.max(1, size) }, () => new Worker(THREAD, { workerData: start, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } }));
  }

  /** Has every thread do its share of the work; ends when all have, or at once when `signal` says so. */
  async together(share: (ask: Ask) => Promise<void>, signal?: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => { resolve(); }, { once: true }));
    const shares = this.#threads.map((thread) => share(async (task) => {
      const answer = await asked(thread, task);
      if (answer.type !== 'ran') throw new Error('a thread answered another question');
      return answer;
    }));
    await Promise.race([Promise.all(shares), aborted]);
    for (const one of shares) one.catch(() => {});
  }

  async explain(seed: number, orders: number): Promise<string> {
    const [thread] = this.#threads;
    if (!thread) throw new Error('there is no thread');
    const answer = await asked(thread, { type: 'explain', seed, orders });
    return answer.type === 'explained' ? answer.story : '';
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

function asked(thread: Worker, task: WorkerTask): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      thread.off('message', hear);
      thread.off('error', fail);
      end();
    };
    const hear = (answer: WorkerAnswer): void => { settle(() => { if (answer.type === 'broken') reject(new Error(answer.error)); else resolve(answer); }); };
    const fail = (error: unknown): void => { settle(() => { reject(error instanceof Error ? error : new Error(String(error))); }); };
    thread.on('message', hear);
    thread.on('error', fail);
    thread.postMessage(task);
  });
}
