import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of what is fetched once per user: `ORDER_MESH_CACHE`, else `order-mesh` in the user's cache folder. */
export function cacheDir(): string {
  const { ORDER_MESH_CACHE, XDG_CACHE_HOME } = process.env;
  if (ORDER_MESH_CACHE) return ORDER_MESH_CACHE;
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'order-mesh');
}

export const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

/**
 * Makes a folder that is whole or not there: `fill` works beside it, what it leaves there is renamed.
 * What a killed attempt left is cleared first, so the caller must hold a lock.
 */
export async function makeWhole(path: string, fill: (half: string) => Promise<void>): Promise<void> {
  const half = `${path}.half`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  try {
    await fill(half);
    await rm(path, { recursive: true, force: true });
    await rename(half, path);
  } finally {
    await rm(half, { recursive: true, force: true, maxRetries: 5 });
  }
}
