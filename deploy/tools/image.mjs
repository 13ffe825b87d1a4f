// The image without any runtime of containers: its files in a folder, and how a program runs in nothing but them.
import { spawnSync } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CONTAINER = fileURLToPath(new URL('../container', import.meta.url));
export const USER = 65532;

/** As a container runtime does it: the image is all there is, and read-only; /tmp is empty and in memory; secrets are mounted, read-only too. */
const RUN = `
  mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --bind /proc "$1/proc" && mount --bind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/tmp" || exit 70
  if [ -n "$2" ]; then mount --bind "$2" "$1/run/order-mesh" && mount -o remount,bind,ro "$1/run/order-mesh" || exit 70; fi
  root="$1"; shift 2
  exec chroot --userspec=${USER}:${USER} "$root" /app/bin/node /app/deploy/container/dist/bundle/main.mjs "$@"`;

/** Whether this system lets us change the root of a process; else nothing can be run in an image here. */
export const canEnterImages = () => process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Puts the image together in an empty folder; its files are as old as `madeAt` says (seconds since 1970). */
export async function makeImage(folder, { madeAt }) {
  await chmod(folder, 0o755);
  must(spawnSync('node', [join(CONTAINER, 'base.mjs'), folder], { encoding: 'utf8' }));
  must(spawnSync('node', [join(CONTAINER, 'assemble.mjs'), join(folder, 'app')], { encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: String(madeAt) } }));
  await Promise.all(['proc', 'dev', 'run/order-mesh'].map((path) => mkdir(join(folder, path), { recursive: true })));
}

/** The command line that runs a program in the image of that folder; `secrets` is a folder that it sees as /run/order-mesh. */
export const inImage = (folder, args, secrets = '') => ['unshare', ['--mount', 'sh', '-c', RUN, 'sh', folder, secrets, ...args]];

function must({ status, stderr, error }) {
  if (status !== 0) throw error ?? new Error(stderr);
}
