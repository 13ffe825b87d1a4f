import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meshScript } from './running-mesh.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'order-mesh-simulators-'));
afterAll(() => { rmSync(dataDir, { recursive: true }); });

interface Found {
  readonly name: string;
  readonly url: string;
}

it('runs the simulators that are named, without a mesh, until it is told to stop', async () => {
  const child = spawn(process.execPath, [meshScript, 'simulators', 'u8', 'carrier', '--free-ports', '--json', '--data-dir', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data') as [Buffer];
  const found: readonly Found[] = JSON.parse(line.toString());
  expect(found.map(({ name }) => name)).toEqual(['u8', 'carrier']);
  for (const { name, url } of found) expect(await (await fetch(`${url}/_sim/health`)).json()).toEqual({ name, ok: true });
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([0, null]);
}, 30_000);

it('says which names there are when one is wrong', async () => {
  const child = spawn(process.execPath, [meshScript, 'simulators', 'u9'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said] = await once(child.stderr, 'data') as [Buffer];
  expect(said.toString()).toContain('Allowed choices are salesforce, u8, esign, carrier, wecom');
  expect(await once(child, 'close')).toEqual([2, null]);
}, 30_000);
