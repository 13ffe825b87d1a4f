import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migrations } from '@order-mesh/platform';
import { root } from './programs.ts';

/** The schema of a mechanism is called as its package is; but for that of the platform, which comes first, since every service works with it. */
const PLATFORM = { name: 'platform', schema: 'messaging' } as const;

/** Every set of migrations of this build, in the order in which they run, found without loading a service. */
export async function migrationsHere(): Promise<readonly Migrations[]> {
  const [mechanisms, services] = await Promise.all([migrationsIn('packages'), migrationsIn('services')]);
  const shared = mechanisms.map((one): Migrations => ({ ...one, schema: one.schema === PLATFORM.name ? PLATFORM.schema : one.schema, shared: true }));
  return [...shared.filter(({ schema }) => schema === PLATFORM.schema), ...shared.filter(({ schema }) => schema !== PLATFORM.schema), ...services];
}

async function migrationsIn(room: string): Promise<readonly Migrations[]> {
  const names = (await readdir(join(root, room))).sort();
  return (await Promise.all(names.map(async (name) => {
    const folder = join(root, room, name, 'migrations');
    return (await readdir(folder).catch(() => [])).length === 0 ? [] : [{ schema: name.replaceAll('-', '_'), folder: pathToFileURL(`${folder}/`) }];
  }))).flat();
}
