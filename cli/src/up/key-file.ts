import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import type { Env } from './settings.ts';

export interface KeyFlags {
  readonly keyFile?: string;
  readonly dataDir?: string;
}

export interface WantedKey {
  readonly what: string;
  /** Holds the key itself; with _FILE behind it, names its file. */
  readonly variable: 'AUDIT_KEY' | 'PRIVACY_KEY';
  /** Where a folder of the mesh keeps it. */
  readonly within: (dataDir: string) => string;
}

/** A key from the file named, as the environment says, or the one in the folder of the mesh; null where that has none. Throws BAD_CONFIG when it cannot be read. */
export function readKey({ what, variable, within }: WantedKey, { keyFile, dataDir = '.mesh' }: KeyFlags, env: Env): string | null {
  const file = keyFile ?? env[`${variable}_FILE`];
  const given = env[variable];
  if (!file && given) return given;
  const path = file || within(resolve(dataDir));
  if (!file && !existsSync(path)) return null;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new MeshError('BAD_CONFIG', { advice: `${what} in ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause });
  }
}
