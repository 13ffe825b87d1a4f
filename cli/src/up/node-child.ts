import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheDir, signal, tiedToParent, type ServerProcess } from '@order-mesh/embedded';
import { MeshError, seconds, type Duration } from '@order-mesh/kernel';
import type { Program } from './programs.ts';

/** A Node process of ours. */
export interface NodeCommand {
  readonly name: string;
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  /** Takes all that the process prints. */
  readonly logFile: string;
  /** How long an orderly end may take before it is killed. */
  readonly stopWithin: Duration;
}

export interface NodeChild extends ServerProcess {
  /** Tells a child that waits for it that what it needs is there. */
  go(): void;
  /** Waits until the look-up is true. Throws NOT_RUNNING with the end of the log when the child ends before or `ending` comes, TIMED_OUT when it takes too long. */
  ready(isReady: () => Promise<boolean>, ending: AbortSignal): Promise<void>;
}

// a young generation of the usual size is never needed whole, and never given back: 150 MB for 200 orders, at no CPU
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=4'];
const READY_WITHIN = seconds(120);
const READY_POLL = 60;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;
const LOG_TAIL_BYTES = 1_200;

/** Starts a Node process that ends when this one does, however that ends. */
export function startNode(command: NodeCommand): NodeChild {
  const child = spawnInto(command);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => { if (child.pid === undefined) resolve(error.message); });
    child.once('exit', (code, by) => { resolve(by ? `ended by ${by}` : `ended with code ${code} (see ${command.logFile})`); });
  });
  const pid = child.pid;
  if (pid === undefined) throw new MeshError('NOT_RUNNING', { advice: `${command.name} cannot be started from ${child.spawnfile}` });
  const end = async (by: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) signal(pid, by);
    const late = setTimeout(() => { signal(pid, 'SIGKILL'); }, command.stopWithin);
    await exited;
    clearTimeout(late);
  };
  return {
    pid, exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    go: () => { if (child.connected) child.send('go', () => {}); },
    ready: (isReady, ending) => ready({ command, exited, ending }, isReady),
  };
}

// A group of its own keeps a terminal's Ctrl-C away from it; the channel tells it the end of its parent where the system cannot.
function spawnInto({ program, env, logFile }: NodeCommand): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  rotate(logFile);
  const [file = process.execPath, ...args] = tiedToParent([process.execPath, ...NODE_FLAGS, program.script, ...program.args]);
  const log = openSync(logFile, 'a');
  try {
    return spawn(file, args, { stdio: ['ignore', log, log, 'ipc'], detached: true, env: { NODE_COMPILE_CACHE: join(cacheDir(), 'compiled'), ...process.env, ...env } });
  } finally {
    closeSync(log);
  }
}

function rotate(logFile: string): void {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(logFile, `${logFile}.1`);
}

interface Startup {
  readonly command: NodeCommand;
  readonly exited: Promise<string>;
  readonly ending: AbortSignal;
}

async function ready({ command: { name, logFile }, exited, ending }: Startup, isReady: () => Promise<boolean>): Promise<void> {
  let ended: string | undefined;
  void exited.then((how) => { ended = how; });
  for (const deadline = Date.now() + READY_WITHIN; Date.now() < deadline; await sleep(READY_POLL)) {
    if (ending.aborted) throw new MeshError('NOT_RUNNING', { advice: `${name} was told to stop while it started` });
    if (ended !== undefined) throw new MeshError('NOT_RUNNING', { advice: `${name} ${ended}; the end of ${logFile} says:\n${tail(logFile)}` });
    if (await isReady()) return;
  }
  throw new MeshError('TIMED_OUT', { advice: `${name} is not ready after ${READY_WITHIN / 1_000} s; the end of ${logFile} says:\n${tail(logFile)}` });
}

function tail(logFile: string): string {
  return readFileSync(logFile, 'utf8').slice(-LOG_TAIL_BYTES).trim();
}
