import { readConfig, type Env } from '@order-mesh/platform';
import { readAuditConfig, type AuditConfig } from './config.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const read = (env: Env): AuditConfig => readConfig(env, () => `${KEY}\n`, readAuditConfig);

it('takes the key from the environment or a file, and anchors every minute or 100 entries', () => {
  expect(read({ AUDIT_KEY: KEY })).toEqual({ key: KEY, anchorEveryEntries: 100, anchorEvery: 60_000 });
  expect(read({ AUDIT_KEY_FILE: '/run/secrets/audit' })).toMatchObject({ key: KEY });
});

it('refuses to start without a key, or with one that could be guessed, and says what to do, never the key', () => {
  expect(() => read({})).toThrow('AUDIT_KEY_FILE must name a file with the key of the audit log');
  expect(() => read({})).toThrow('openssl rand -hex 32 > audit.key');
  expect(() => read({ AUDIT_KEY: 'geheim' })).toThrow('at least 32 characters');
  expect(() => read({ AUDIT_KEY: 'geheim' })).not.toThrow('geheim');
});

it('refuses to anchor never', () => {
  expect(() => read({ AUDIT_KEY: KEY, AUDIT_ANCHOR_EVERY_ENTRIES: '0', AUDIT_ANCHOR_EVERY_SECONDS: '0' })).toThrow(/AUDIT_ANCHOR_EVERY_ENTRIES must be at least 1; AUDIT_ANCHOR_EVERY_SECONDS must be at least 1/);
});
