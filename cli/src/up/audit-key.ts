import { join } from 'node:path';
import type { Env } from './settings.ts';

/** Where this folder keeps the key of its audit log: beside the database, not in it. */
export const auditKeyIn = (dataDir: string): string => join(dataDir, 'audit.key');

/** Whether somebody else looks after the key. */
export const isAuditKeyGiven = (env: Env): boolean => Boolean(env['AUDIT_KEY'] || env['AUDIT_KEY_FILE']);
