import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Env = Readonly<Record<string, string>>;

/** The environment of a process that ends at a crash point, written `name` or `name#hits`. */
export function armedWith(point: string, env: Env): Env {
  const hook = `--import ${pathToFileURL(join(import.meta.dirname, 'hook.js')).href}`;
  return { NODE_OPTIONS: [env['NODE_OPTIONS'], hook].filter(Boolean).join(' '), MESH_CRASH_AT: point };
}
