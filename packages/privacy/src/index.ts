import type { Clock } from '@order-mesh/kernel';
import type { ConfigReader, Database, Migrations } from '@order-mesh/platform';
import { pgVault } from './pg-vault.ts';
import { plainVault } from './plain-vault.ts';
import type { ContactVault } from './vault.ts';

export { hushed, whyClosed } from './hush.ts';
export { withoutContact, type ContactVault, type Delivery, type Erasable, type ErasedKey, type Opened } from './vault.ts';

/** The schema `privacy`: name it among the mechanisms of every service that seals contacts or opens them. */
export const privacyMigrations: Migrations = { schema: 'privacy', folder: new URL('../migrations/', import.meta.url), shared: true };

const SHORTEST_KEY = 32;

/** The master key of sealed contacts; '' where none are sealed. Never logged, never in the database. */
export function readPrivacyKey(read: ConfigReader): string {
  const key = read.text('PRIVACY_KEY', '');
  read.check(key === '' || key.length >= SHORTEST_KEY, `PRIVACY_KEY must be at least ${SHORTEST_KEY} characters long, such as openssl rand -hex 32 gives`);
  return key;
}

/** The vault of a service, as its configuration says. */
export function openVault(privacyKey: string, means: { readonly database: Pick<Database, 'query'>; readonly clock: Clock }): ContactVault {
  return privacyKey === '' ? plainVault(means.database) : pgVault(privacyKey, means);
}
