import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MeshError } from '@order-mesh/kernel';
import type { MeshErrorCode } from '@order-mesh/kernel';
import { signal, tiedToParent } from '../processes.mjs';
import { noteRunning } from './orphans.ts';

/** A server of ours: what is asked of it, and how it ends. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves, saying how, when the server has ended for whatever reason. */
  readonly exited: Promise<string>;
  /** Ends it in order: what it was told is on disk. Kills it when that takes too long. Asking twice is fine. */
  stop(): Promise<void>;
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  /** The folder that belongs to this server alone; gets its log and the note of who runs it. */
  readonly dir: string;
  /** What turns into the command by starting it, such as a change of user. */
  readonly prefix?: readonly string[];
  readonly command: readonly string[];
  readonly stopSignal: 'TERM' | 'INT';
  /** How long an orderly end may take before it is killed. */
  readonly stopSeconds: number;
  /** Aborting kills it, ready or not. */
  readonly signal?: AbortSignal | undefined;
  /** What the server prints when it can be used. */
  readonly readyMark: string;
  readonly failure: MeshErrorCode;
}

const READY_SECONDS = 90;
const POLL_MILLISECONDS = 25;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const LOG_TAIL_BYTES = 1_500;

/** Starts the server and resolves once it is ready. @throws `failure` with the end of its log when it ends or stays silent. */
export async function startServer(wanted: ServerCommand): Promise<ServerProcess> {
  await mkdir(wanted.dir, { recursive: true });
  const logFile = join(wanted.dir, 'server.log');
  const logStart = await rotate(logFile);
  const child = spawnInto(logFile, wanted);
  const server = control(child, wanted);
  try {
    noteRunning(wanted.dir, server.pid);
    await ready(wanted, { logFile, logStart, exited: server.exited });
    return server;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

async function rotate(logFile: string): Promise<number> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  if (size < LOG_LIMIT_BYTES) return size;
  await rename(logFile, `${logFile}.1`);
  return 0;
}

// A group of its own keeps a terminal's Ctrl-C away from it: whoever uses the server stops first.
function spawnInto(logFile: string, { prefix = [], command, stopSignal, signal: abort }: ServerCommand): ChildProcess {
  // a change of user would cut the tie, so the tie comes after it
  const [file = '', ...args] = [...prefix, ...tiedToParent(command, stopSignal)];
  const log = openSync(logFile, 'a');
  try {
    return spawn(file, args, { stdio: ['ignore', log, log], detached: true, ...(abort && { signal: abort, killSignal: 'SIGKILL' }) });
  } finally {
    closeSync(log);
  }
}

function control(child: ChildProcess, { name, dir, stopSignal, stopSeconds, failure }: ServerCommand): ServerProcess {
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => { if (child.pid === undefined) resolve(error.message); });
    child.once('exit', (code, by) => resolve(by ? `ended by ${by}` : `ended with code ${code}`));
  });
  const pid = child.pid;
  if (pid === undefined) throw new MeshError(failure, { advice: `${name} cannot be started from ${child.spawnfile}` });
  const end = async (by: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) signal(pid, by);
    const timer = setTimeout(() => signal(pid, 'SIGKILL'), stopSeconds * 1_000);
    await exited;
    clearTimeout(timer);
    await rm(join(dir, 'running.json'), { force: true });
  };
  return { pid, exited, stop: () => end(`SIG${stopSignal}`), kill: () => end('SIGKILL') };
}

interface Startup {
  readonly logFile: string;
  readonly logStart: number;
  readonly exited: Promise<string>;
}

async function ready({ name, readyMark, failure }: ServerCommand, { logFile, logStart, exited }: Startup): Promise<void> {
  let ending: string | undefined;
  void exited.then((how) => { ending = how; });
  const deadline = Date.now() + READY_SECONDS * 1_000;
  for (;;) {
    const text = await readFrom(logFile, logStart);
    if (text.includes(readyMark)) return;
    if (ending !== undefined || Date.now() > deadline) {
      const why = ending ?? `is not ready after ${READY_SECONDS} s`;
      throw new MeshError(failure, { advice: `${name} ${why}; the end of ${logFile} says:\n${text.slice(-LOG_TAIL_BYTES).trim()}` });
    }
    await sleep(POLL_MILLISECONDS);
  }
}

async function readFrom(file: string, start: number): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.max(0, size - start));
    await handle.read(buffer, 0, buffer.length, start);
    return buffer.toString();
  } finally {
    await handle.close();
  }
}
