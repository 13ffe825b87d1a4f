import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tiedToParent } from '@order-mesh/embedded';
import type { Release } from './releases.ts';

export interface Workshop {
  /** Our own clone, installed and built. */
  readonly root: string;
  /** Where releases are built; whoever owns the folder removes it. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** The part of a package-lock.json that says what lies where. */
interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

type Lock = Readonly<Record<string, Locked>>;

/**
 * Takes the sources of a release out of git, and compiles them; gives the folder they are in. Shares our packages where its lock wants the same, else installs its own.
 * Rejects with the end of what a command printed when it fails, and when the signal comes.
 */
export async function buildRelease({ commit }: Release, { root, folder, signal }: Workshop): Promise<string> {
  const path = join(folder, commit);
  await mkdir(path, { recursive: true });
  const archive = `${path}.tar`;
  await run(['git', '-C', root, 'archive', '--format=tar', `--output=${archive}`, commit], { cwd: folder, signal });
  await run(['tar', '-xf', archive, '-C', path], { cwd: folder, signal });
  const [wanted, ours] = [await lockIn(path), await lockIn(root)];
  if (wantsOtherPackages(wanted, ours)) {
    await run([process.execPath, 'deploy/embedded/bootstrap.mjs', 'build'], { cwd: path, signal });
    return path;
  }
  await sharePackages(root, path, wanted);
  // it was checked when it was released
  await run([process.execPath, 'node_modules/@typescript/native/bin/tsc', '-b', 'cli', '--noCheck'], { cwd: path, signal });
  return path;
}

const IS_PACKAGE = /(^|\/)node_modules\//;

/** What is there for other platforms only may be missing on both sides. */
function wantsOtherPackages(wanted: Lock, ours: Lock): boolean {
  return Object.entries(wanted).some(([path, { version, link }]) => IS_PACKAGE.test(path) && !link && ours[path]?.version !== version);
}

/** Each package is a link to ours, each workspace a link to that of the release. */
async function sharePackages(root: string, path: string, wanted: Lock): Promise<void> {
  const linked = async (from: string, to: string): Promise<void> => {
    await mkdir(dirname(to), { recursive: true });
    await symlink(from, to);
  };
  const workspaces = Object.entries(wanted).filter(([, { link }]) => link);
  const ownScopes = new Set(workspaces.map(([at]) => at.split('/')[1]));
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (!ownScopes.has(name) && name !== '.cache') await linked(join(root, 'node_modules', name), join(path, 'node_modules', name));
  }
  for (const [at, { resolved = '' }] of workspaces) {
    await linked(join(path, resolved), join(path, at));
    const nested = join(root, resolved, 'node_modules');
    if (existsSync(nested)) await linked(nested, join(path, resolved, 'node_modules'));
  }
}

async function lockIn(folder: string): Promise<Lock> {
  const lock: { readonly packages: Lock } = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8'));
  return lock.packages;
}

const SHOWN_LETTERS = 2_000;

function run(command: readonly string[], { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal }): Promise<void> {
  const [file = '', ...args] = tiedToParent(command);
  return new Promise((resolve, reject) => {
    let said = '';
    const child = spawn(file, args, { cwd, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said = (said + chunk.toString()).slice(-SHOWN_LETTERS); });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command.join(' ')} in ${cwd} ended with code ${code}:\n${said.trim()}`));
    });
  });
}
