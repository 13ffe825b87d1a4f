import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of what is fetched once per user: `ORDER_MESH_CACHE`, else `order-mesh` in the user's cache folder. */
export function cacheDir(): string {
  const { ORDER_MESH_CACHE, XDG_CACHE_HOME } = process.env;
  if (ORDER_MESH_CACHE) return ORDER_MESH_CACHE;
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'order-mesh');
}

export const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);
