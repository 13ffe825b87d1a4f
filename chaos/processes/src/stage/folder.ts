import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, type KnownProcess } from '@order-mesh/embedded';

const PREFIX = 'order-mesh-chaos-';
const OWNER = 'owner.json';

/** A disk of our own that may run full: a file system in memory, mounted for this run. */
export interface SmallDisk {
  readonly path: string;
  readonly megabytes: number;
}

/** The folder of one run; nothing is written elsewhere. */
export class RunFolder {
  readonly path: string;
  readonly #mounts: string[] = [];

  /** Makes it, and clears away what earlier runs could not because they were killed. */
  constructor() {
    sweepLeftovers();
    this.path = mkdtempSync(join(tmpdir(), PREFIX));
    writeFileSync(join(this.path, OWNER), JSON.stringify(identify(process.pid)));
  }

  in(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** Mounts a disk of this size under the name; gives the reason in words where that is not possible. */
  mount(name: string, megabytes: number): SmallDisk | string {
    const path = this.in(name);
    mkdirSync(path, { recursive: true });
    // a fraction is no size to the kernel
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${Math.ceil(megabytes)}m,mode=0755`, 'order-mesh-chaos', path], { encoding: 'utf8' });
    if (status !== 0) return `cannot mount a small disk: ${(error?.message ?? stderr).trim()}`;
    this.#mounts.push(path);
    return { path, megabytes };
  }

  /** What a run says that leaves it behind. */
  get kept(): string {
    return `logs and data are kept in ${this.path}${this.#mounts.length > 0 ? ', partly in memory,' : ''} until the next fault run clears them away; copy what is to stay`;
  }

  remove(): void {
    for (const path of this.#mounts.splice(0)) unmount(path);
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(PREFIX))) {
    const path = join(tmpdir(), name);
    if (isAlive(ownerOf(path))) continue;
    for (const mount of mountsUnder(path)) unmount(mount);
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

function ownerOf(path: string): KnownProcess | undefined {
  try {
    const known: KnownProcess = JSON.parse(readFileSync(join(path, OWNER), 'utf8'));
    return known;
  } catch {
    return undefined;
  }
}

function mountsUnder(path: string): readonly string[] {
  try {
    return readFileSync('/proc/mounts', 'utf8').split('\n').map((line) => line.split(' ')[1] ?? '').filter((mount) => mount.startsWith(`${path}/`));
  } catch {
    return [];
  }
}

// lazily when something still has a file open there: it goes when that ends
function unmount(path: string): void {
  if (spawnSync('umount', [path]).status !== 0) spawnSync('umount', ['-l', path]);
}
