import { Worker } from 'node:worker_threads';
import { MeshError } from '@order-mesh/kernel';
import type { Terms } from '../../domain/terms.ts';
import type { Paper, PrintContract, Unprintable } from './paper.ts';
import type { PrinterSettings } from './print-contract.ts';

export interface PrintingThread {
  readonly print: PrintContract;
  close(): Promise<void>;
}

/** What goes to the thread and comes back, by number. */
export interface PrintJob {
  readonly job: number;
  readonly terms: Terms;
}

export type PrintedJob =
  | { readonly job: number; readonly printed: Paper | Unprintable }
  | { readonly job: number; readonly failed: string };

interface Waiting {
  readonly resolve: (printed: Paper | Unprintable) => void;
  readonly reject: (error: unknown) => void;
}

const IS_SOURCE = import.meta.url.endsWith('.ts');
const THREAD = new URL(`./print-worker.${IS_SOURCE ? 'ts' : 'js'}`, import.meta.url);

/** Prints in a thread of its own: making a document takes tens of milliseconds in which nothing else would be answered. The thread starts with the first one. */
export function printingThread(settings: PrinterSettings): PrintingThread {
  const waiting = new Map<number, Waiting>();
  let jobs = 0;
  let worker: Worker | undefined;

  function start(): Worker {
    const started = new Worker(THREAD, { workerData: settings, execArgv: IS_SOURCE ? ['--conditions=source'] : [] });
    started.unref();
    started.on('message', (answer: PrintedJob) => {
      const asked = waiting.get(answer.job);
      waiting.delete(answer.job);
      if ('printed' in answer) asked?.resolve(answer.printed);
      else asked?.reject(new MeshError('BROKEN_PROMISE', { advice: `the contract could not be printed: ${answer.failed}` }));
    });
    started.on('error', end);
    started.on('exit', () => end(new MeshError('NOT_RUNNING', { advice: 'the printing thread has ended; the contract is printed again later' })));
    return started;
  }

  function end(cause: unknown): void {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
  }

  return {
    print: (terms) => new Promise((resolve, reject) => {
      worker ??= start();
      const job = jobs += 1;
      waiting.set(job, { resolve, reject });
      worker.postMessage({ job, terms } satisfies PrintJob);
    }),
    close: async () => { await worker?.terminate(); },
  };
}
