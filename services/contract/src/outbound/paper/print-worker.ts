import { parentPort, workerData } from 'node:worker_threads';
import { contractPrinter } from './print-contract.ts';
import type { PrintedJob, PrintJob } from './printing-thread.ts';

const print = contractPrinter(workerData);

parentPort?.on('message', ({ job, terms }: PrintJob) => {
  print(terms).then(
    (printed) => answer({ job, printed }),
    (error: unknown) => answer({ job, failed: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(printed: PrintedJob): void {
  parentPort?.postMessage(printed);
}
