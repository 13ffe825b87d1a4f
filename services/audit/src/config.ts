import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

export interface AuditConfig {
  /** The key of the chain. Never logged, never in the database. */
  readonly key: string;
  readonly anchorEveryEntries: number;
  readonly anchorEvery: Duration;
}

const SHORTEST_KEY = 32;

/** That of deploy/compose: whoever knows it can rewrite a log that was begun with it. */
const LAPTOP_KEY = 'a-key-for-laptops-only-make-your-own';

export function readAuditConfig(read: ConfigReader): AuditConfig {
  const key = read.text('AUDIT_KEY', '') === '' ? '' : read.secret('AUDIT_KEY', { known: LAPTOP_KEY, at: '' });
  read.check(key.length >= SHORTEST_KEY, key === ''
    ? 'AUDIT_KEY_FILE must name a file with the key of the audit log (or AUDIT_KEY hold it), outside of the database; to begin a log, make one: openssl rand -hex 32 > audit.key'
    : `AUDIT_KEY must be at least ${SHORTEST_KEY} characters long, such as openssl rand -hex 32 gives`);
  const anchorEveryEntries = read.whole('AUDIT_ANCHOR_EVERY_ENTRIES', 100, 'a whole number of entries');
  const anchorEvery = read.duration('AUDIT_ANCHOR_EVERY_SECONDS', 60, 'seconds');
  read.check(anchorEveryEntries > 0, 'AUDIT_ANCHOR_EVERY_ENTRIES must be at least 1');
  read.check(anchorEvery > 0, 'AUDIT_ANCHOR_EVERY_SECONDS must be at least 1');
  return { key, anchorEveryEntries, anchorEvery };
}
