import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { onPath } from '@order-mesh/testing';
import type { OperateReport } from '../src/operate/report.ts';

const script = resolve(import.meta.dirname, '..', 'bin', 'operate.mjs');
const program = onPath('prometheus', process.env['PATH']);

let folder: string;

beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'order-mesh-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** Runs the command in a folder of its own; with `stopAt` it is told to stop as soon as it says that. */
async function operate(args: readonly string[], { stopAt, path = process.env['PATH'] ?? '' }: { readonly stopAt?: RegExp; readonly path?: string } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: folder, PATH: path } });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => {
    const hadSaid = stopAt?.test(said) ?? true;
    said += chunk.toString();
    if (!hadSaid && stopAt?.test(said)) child.kill('SIGINT');
  });
  await once(child, 'close');
  return { code: child.exitCode, out, said };
}

if (program === undefined) it.skip('fires alerts beside a real Prometheus (no prometheus on the PATH: apt-get install prometheus)', () => {});
else {
  it('fires alerts for real, and sees them resolve', async () => {
    const { code, out, said } = await operate(['--json', '--only', 'DeadLetters,MeshDown,ApprovalOverdue,AuditAlarm,PartnerAway,OrderStandsStill']);
    const { alerts, problems, good }: OperateReport = JSON.parse(out || '{}');
    expect(problems ?? said).toEqual([]);
    expect(alerts.filter(({ fired, resolved }) => fired === null || resolved === null)).toEqual([]);
    expect(alerts.map(({ alert }) => alert).sort()).toEqual(['ApprovalOverdue', 'AuditAlarm', 'DeadLetters', 'MeshDown', 'OrderStandsStill asked', 'OrderStandsStill undoing', 'PartnerAway']);
    expect([good, code]).toEqual([true, 0]);
    expect(await readdir(folder)).toEqual([]);
  }, 480_000);

  it('stopped in the middle, leaves nothing behind', async () => {
    const { code, said } = await operate(['--only', 'MeshDown'], { stopAt: /Prometheus scrapes/ });
    expect(said).toContain('everything is cleared away');
    expect(code).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  }, 180_000);
}

it('says what to install where there is no Prometheus', async () => {
  const { code, said } = await operate(['--only', 'MeshDown'], { path: join(folder, 'empty') + delimiter });
  expect(said).toContain('apt-get install prometheus');
  expect(code).toBe(2);
}, 30_000);

it('says which alert it does not know', async () => {
  const { code, said } = await operate(['--only', 'Nothing']);
  expect(said).toContain('There is no alert called Nothing; known: ');
  expect(said).toContain('OrdersFail 3d');
  expect(code).toBe(2);
}, 30_000);
