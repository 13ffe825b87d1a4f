import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './settings.ts';

/** Where this folder keeps the master key of sealed contacts: beside the database, not in it. */
export const privacyKeyIn = (dataDir: string): string => join(dataDir, 'privacy.key');

/** Whether somebody else looks after the key. */
export const isPrivacyKeyGiven = (env: Env): boolean => Boolean(env['PRIVACY_KEY'] || env['PRIVACY_KEY_FILE']);

/** Whether this folder may keep a key: it has one, or its database is only now begun. A database that a release took over which knew no sealed contacts stays readable for that release. */
export const mayHavePrivacyKey = (dataDir: string): boolean => existsSync(privacyKeyIn(dataDir)) || !existsSync(join(dataDir, 'postgres'));
