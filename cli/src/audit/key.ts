import { resolve } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import { auditKeyIn } from '../up/audit-key.ts';
import { readKey, type KeyFlags } from '../up/key-file.ts';
import type { Env } from '../up/settings.ts';

/** The key of the audit log. Throws BAD_CONFIG when there is none, or it cannot be read. */
export function auditKey(flags: KeyFlags, env: Env): string {
  const key = readKey({ what: 'the key of the audit log', variable: 'AUDIT_KEY', within: auditKeyIn }, flags, env);
  if (key !== null) return key;
  throw new MeshError('BAD_CONFIG', { advice: `there is no ${auditKeyIn(resolve(flags.dataDir ?? '.mesh'))}; name the file that holds the key of the audit log with --key-file, or set AUDIT_KEY_FILE or AUDIT_KEY` });
}
