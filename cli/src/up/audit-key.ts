import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Env } from './settings.ts';

/** Where this folder keeps the key of its audit log: beside the database, not in it. */
export const auditKeyIn = (dataDir: string): string => join(dataDir, 'audit.key');

/** Whether somebody else looks after the key. */
export const isAuditKeyGiven = (env: Env): boolean => Boolean(env['AUDIT_KEY'] || env['AUDIT_KEY_FILE']);

/** Makes the key where there is none yet, whole or not at all; only its owner may read it. */
export function ensureAuditKey(path: string): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.half`;
  writeFileSync(half, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  renameSync(half, path);
}
