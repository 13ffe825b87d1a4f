import { parentPort, workerData } from 'node:worker_threads';
import { memoryOf, type Parts } from './memory.ts';

// Runs in a thread of its own: reading the memory of a few dozen processes takes tens of ms, in which whoever measures a latency would hear nothing.
const EVERY_MS = 4_000;

setInterval(() => { parentPort?.postMessage(memoryOf(workerData as Parts)); }, EVERY_MS);
