import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const script = resolve(import.meta.dirname, '..', 'bin', 'chaos.mjs');

/** Runs of the command in a folder of their own, which they have to leave as it was. */
export interface Runs {
  /** Runs the command; with `stopAt` it is told to stop as soon as it says that. */
  chaos(args: readonly string[], stopAt?: RegExp): Promise<Ended>;
  /** What runs have left behind; may be nothing. */
  leftBehind(): Promise<readonly string[]>;
  end(): Promise<void>;
}

export interface Ended {
  readonly code: number | null;
  readonly said: string;
  /** Where the report is, if one was written. */
  readonly file: string;
}

export async function openRuns(): Promise<Runs> {
  const folder = await mkdtemp(join(tmpdir(), 'order-mesh-'));
  return { chaos: (args, stopAt) => chaos(folder, args, stopAt), leftBehind: () => leftBehind(folder), end: () => rm(folder, { recursive: true, force: true }) };
}

async function chaos(folder: string, args: readonly string[], stopAt?: RegExp): Promise<Ended> {
  const file = join(folder, `report-${Date.now()}.json`);
  const child = spawn(process.execPath, [script, ...args, '--report', file], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: folder } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      const hadSaid = stopAt?.test(said) ?? true;
      said += chunk.toString();
      if (!hadSaid && stopAt?.test(said)) child.kill('SIGTERM');
    });
  }
  await once(child, 'close');
  return { code: child.exitCode, said, file };
}

async function leftBehind(folder: string): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const folders = (await readdir(folder)).filter((name) => name.startsWith('order-mesh-chaos-'));
  const processes: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const command = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(`TMPDIR=${folder}`);
    if (command) processes.push(`process ${pid}`);
  }
  return [...mounts, ...folders, ...processes];
}
