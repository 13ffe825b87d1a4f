import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { planMesh } from '../src/up/plan.ts';
import { privacyKeyIn } from '../src/up/privacy-key.ts';
import { newDataDir } from './running-mesh.ts';

let dataDir: string;
beforeEach(async () => { dataDir = await newDataDir(); });
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const keyFor = async (env: Readonly<Record<string, string>> = {}): Promise<string | undefined> =>
  (await planMesh({ dataDir, processes: false, simulators: true, freePorts: true, ports: {} }, env)).addresses.privacyKeyFile;

it('keeps a master key of contacts for a database that is begun with one, and for no other', async () => {
  expect(await keyFor()).toBe(privacyKeyIn(dataDir));
  // what an older release left: it could deliver no sealed order
  mkdirSync(join(dataDir, 'postgres'));
  expect(await keyFor()).toBeUndefined();
  writeFileSync(privacyKeyIn(dataDir), 'k'.repeat(64));
  expect(await keyFor()).toBe(privacyKeyIn(dataDir));
  expect(await keyFor({ PRIVACY_KEY_FILE: '/run/secrets/privacy' })).toBeUndefined();
  expect(await keyFor({ DATABASE_URL: 'postgres://elsewhere/mesh' })).toBeUndefined();
});
