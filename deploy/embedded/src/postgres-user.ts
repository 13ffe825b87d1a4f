import { chown } from 'node:fs/promises';
import { run } from '../processes.mjs';
import type { Identity } from './server-process.ts';

/** How to run a program that refuses to be root. */
export interface Unprivileged {
  readonly prefix: readonly string[];
  readonly identity?: Identity;
}

const NOBODY = 65_534;
const AS_ANOTHER = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];

/**
 * As it is for an ordinary user. Root looks to the program like user 1000, by a user namespace, and still owns the files;
 * where the kernel allows none (many containers), root gives the folder to `nobody` and runs the program as that.
 */
export async function unprivileged(dir: string): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const { code } = await run([...AS_ANOTHER, 'true'], { stdio: 'collect' });
  if (code === 0) return { prefix: AS_ANOTHER };
  await chown(dir, NOBODY, NOBODY);
  return { prefix: [], identity: { uid: NOBODY, gid: NOBODY } };
}
