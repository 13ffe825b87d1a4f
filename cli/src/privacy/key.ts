import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { privacyKeyIn } from '../up/privacy-key.ts';
import type { Env } from '../up/settings.ts';

export interface KeyFlags {
  readonly keyFile?: string;
  readonly dataDir?: string;
}

/** The master key of sealed contacts: from the file named, as the environment says, or the one in the folder of the mesh; '' where there is none. Throws BAD_CONFIG when it cannot be read. */
export function privacyKey({ keyFile, dataDir = '.mesh' }: KeyFlags, env: Env): string {
  const file = keyFile ?? env['PRIVACY_KEY_FILE'];
  const given = env['PRIVACY_KEY'];
  if (!file && given) return given;
  const path = file || privacyKeyIn(resolve(dataDir));
  if (!file && !existsSync(path)) return '';
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new MeshError('BAD_CONFIG', { advice: `the master key of contacts in ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause });
  }
}
