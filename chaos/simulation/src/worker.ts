import { parentPort, workerData } from 'node:worker_threads';
import { mutationNamed, plant } from '@order-mesh/mutations';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './protocol.ts';
import { installVirtualGlobals } from './virtual/globals.ts';

// A thread of its own: time, chance and, where asked for, a bug of the product are put in place before the product is loaded
const { mutation } = workerData as WorkerStart;
const planted = mutation === null ? null : plant(mutationNamed(mutation));
installVirtualGlobals();
const { carryOut } = await import('./tasks.ts');
if (planted && !planted.isLoaded()) throw new Error(`the mutation ${mutation ?? ''} was asked for, but its module was never loaded`);

parentPort?.on('message', (task: WorkerTask) => {
  carryOut(task).then(
    (answer) => { parentPort?.postMessage(answer satisfies WorkerAnswer); },
    (error: unknown) => { parentPort?.postMessage({ type: 'broken', error: error instanceof Error ? error.stack ?? error.message : String(error) } satisfies WorkerAnswer); },
  );
});
