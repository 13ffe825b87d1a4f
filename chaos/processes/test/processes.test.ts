import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FaultCount } from '../src/report/report.ts';

const script = resolve(import.meta.dirname, '..', 'bin', 'chaos.mjs');
let folder: string;

beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'order-mesh-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly said: string;
  /** Where the report is, if one was written. */
  readonly file: string;
}

/** Runs the command; with `stopAt` it is told to stop as soon as it says that. */
async function chaos(args: readonly string[], stopAt?: RegExp): Promise<Ended> {
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

/** A guest that is not ready in time joins nobody: so many faults may miss their moment. */
const MAY_MISS = 4;

/** What a run may leave behind: nothing. */
async function leftBehind(): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').filter((line) => line.includes(folder));
  const folders = (await readdir(folder)).filter((name) => name.startsWith('order-mesh-chaos-'));
  const processes: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))) {
    const command = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(`TMPDIR=${folder}`);
    if (command) processes.push(`process ${pid}`);
  }
  return [...mounts, ...folders, ...processes];
}

it('stopped in the middle of a fault, leaves no process, mount or folder behind', async () => {
  const { code, said } = await chaos(['processes', '--seed', '1', '--only', 'zombie,postgres'], /\d s {2}\S+ stands still/);
  expect(said).toContain('everything is cleared away');
  expect(code).toBe(130);
  expect(await leftBehind()).toEqual([]);
}, 300_000);

it('says what it did not understand, and what there is', async () => {
  const { code, said } = await chaos(['processes', '--only', 'earthquake']);
  expect(said).toContain('There is no fault called earthquake; known: race, poison,');
  expect(code).toBe(2);
}, 30_000);

it('loses, doubles and keeps no order, whatever breaks', async () => {
  const { code, said, file } = await chaos(['processes', '--seed', '1']);
  const { t1 } = JSON.parse(await readFile(file, 'utf8').catch(() => `{"t1":{"problems":[${JSON.stringify(said.slice(-4_000))}]}}`));
  expect(t1).toMatchObject({ problems: [], lost: 0, doubled: 0, stuck: 0, good: true, replay: { changed: [] } });
  expect(t1.orders.accepted).toBeGreaterThanOrEqual(2_000);
  const faults: readonly FaultCount[] = t1.faults;
  expect(faults.reduce((missing, { planned, happened, skipped }) => missing + planned - happened - skipped.length, 0)).toBeLessThanOrEqual(MAY_MISS);
  expect(code).toBe(0);
  expect(await leftBehind()).toEqual([]);
}, 1_200_000);
