import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { keepPrivately } from './private-file.ts';

interface Kept {
  readonly payload: AdapterPayload;
  /** In milliseconds; null for ever. */
  readonly until: number | null;
}

/** What a provider remembers: sessions, grants, codes, refresh tokens. */
export type Memory = (model: string) => Adapter;

/** Kept in a folder for its owner alone, so that a restart signs nobody out; only in memory without one. */
export function openMemory(stateDir: string | undefined): Memory {
  const path = stateDir === undefined ? undefined : join(stateDir, 'identity-sessions.json');
  const kept = new Map<string, Kept>(path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : []);
  const save = (): void => {
    const now = Date.now();
    for (const [key, { until }] of kept) if (until !== null && until < now) kept.delete(key);
    if (path !== undefined) keepPrivately(path, [...kept]);
  };
  const found = (key: string): AdapterPayload | undefined => {
    const one = kept.get(key);
    return one && (one.until === null || one.until > Date.now()) ? one.payload : undefined;
  };
  return (model) => {
    const keyOf = (id: string): string => `${model}/${id}`;
    const by = async (field: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> =>
      [...kept.keys()].filter((key) => key.startsWith(`${model}/`)).map(found).find((payload) => payload?.[field] === value);
    return {
      async upsert(id, payload, expiresIn) {
        kept.set(keyOf(id), { payload, until: expiresIn ? Date.now() + expiresIn * 1_000 : null });
        save();
      },
      find: async (id) => found(keyOf(id)),
      findByUid: (uid) => by('uid', uid),
      findByUserCode: (userCode) => by('userCode', userCode),
      async consume(id) {
        const one = kept.get(keyOf(id));
        if (one) kept.set(keyOf(id), { ...one, payload: { ...one.payload, consumed: Math.floor(Date.now() / 1_000) } });
        save();
      },
      async destroy(id) {
        kept.delete(keyOf(id));
        save();
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key);
        save();
      },
    };
  };
}
