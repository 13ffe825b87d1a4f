import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { auditKeyIn } from '../up/audit-key.ts';
import type { Env } from '../up/settings.ts';

export interface KeyFlags {
  readonly keyFile?: string;
  readonly dataDir?: string;
}

/** The key of the audit log: from the file named, as the environment says, or the one in the folder of the mesh. Throws BAD_CONFIG when there is none. */
export function auditKey({ keyFile, dataDir = '.mesh' }: KeyFlags, env: Env): string {
  const file = keyFile ?? env['AUDIT_KEY_FILE'];
  const given = env['AUDIT_KEY'];
  if (!file && given) return given;
  const path = file || auditKeyIn(resolve(dataDir));
  if (!file && !existsSync(path)) throw new MeshError('BAD_CONFIG', { advice: `there is no ${path}; name the file that holds the key of the audit log with --key-file, or set AUDIT_KEY_FILE or AUDIT_KEY` });
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new MeshError('BAD_CONFIG', { advice: `the key of the audit log in ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause });
  }
}
