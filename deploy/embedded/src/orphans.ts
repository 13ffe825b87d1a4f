import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MeshError } from '@order-mesh/kernel';
import { identify, isAlive, signal } from '../processes.mjs';
import type { KnownProcess } from '../processes.mjs';
import type { Log } from './log.ts';

interface Note {
  readonly server?: KnownProcess;
  readonly starter?: KnownProcess;
}

const STOP_SECONDS = 10;
const POLL_MILLISECONDS = 50;

/** Writes down which process serves this folder and for whom, for the next start to find. */
export function noteRunning(dir: string, pid: number): void {
  const note: Note = { server: identify(pid), starter: identify(process.pid) };
  writeFileSync(join(dir, 'running.json'), JSON.stringify(note));
}

export interface ServedFolder {
  readonly name: string;
  readonly dir: string;
  readonly stopSignal: 'TERM' | 'INT';
}

/**
 * Leaves the folder without a server: one whose starter was killed is ended, in order if it can be.
 * @throws BAD_CONFIG when the server is in use by a start that still runs.
 */
export async function endOrphan({ name, dir, stopSignal }: ServedFolder, log: Log): Promise<void> {
  const { server, starter } = readNote(dir);
  if (server === undefined || !isAlive(server)) return;
  if (isAlive(starter)) {
    throw new MeshError('BAD_CONFIG', {
      advice: `${dir} is in use by the ${name} (process ${server.pid}) that process ${starter?.pid} started; stop that first, or choose another folder`,
    });
  }
  log(`ending the ${name} (process ${server.pid}) that an earlier, killed start left behind`);
  signal(server.pid, `SIG${stopSignal}`);
  if (!(await hasEnded(server))) signal(server.pid, 'SIGKILL');
  await hasEnded(server);
  await rm(join(dir, 'running.json'), { force: true });
}

function readNote(dir: string): Note {
  try {
    const note: Note = JSON.parse(readFileSync(join(dir, 'running.json'), 'utf8'));
    return note;
  } catch {
    return {};
  }
}

async function hasEnded(known: KnownProcess): Promise<boolean> {
  for (const deadline = Date.now() + STOP_SECONDS * 1_000; Date.now() < deadline; ) {
    if (!isAlive(known)) return true;
    await sleep(POLL_MILLISECONDS);
  }
  return !isAlive(known);
}
