import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migrations } from '@order-mesh/platform';
import { root } from './plan.ts';

/** Mechanisms by their schema, with the package that brings it; what every service shares comes first. */
const MECHANISMS = { messaging: 'platform', outbound: 'outbound', rulebook: 'rulebook' } as const;

/** Every set of migrations of this build, in the order in which they run, found without loading a service. */
export async function migrationsHere(): Promise<readonly Migrations[]> {
  const services = await Promise.all((await readdir(join(root, 'services'))).sort().map(async (name) => {
    const folder = join(root, 'services', name, 'migrations');
    return (await readdir(folder).catch(() => [])).length === 0 ? [] : [{ schema: name.replaceAll('-', '_'), folder: pathToFileURL(`${folder}/`) }];
  }));
  return [
    ...Object.entries(MECHANISMS).map(([schema, name]) => ({ schema, folder: pathToFileURL(join(root, 'packages', name, 'migrations', '/')), shared: true })),
    ...services.flat(),
  ];
}
