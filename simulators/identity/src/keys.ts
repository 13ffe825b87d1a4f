import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { keepPrivately } from './private-file.ts';

/** The private keys that tokens are signed with, made once and kept for their owner alone: whoever is signed in stays so over a restart. */
export async function signingKeys(stateDir: string | undefined): Promise<readonly JWK[]> {
  if (stateDir === undefined) return made();
  const path = join(stateDir, 'identity-keys.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const keys = await made();
  keepPrivately(path, keys);
  return keys;
}

async function made(): Promise<readonly JWK[]> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return [{ ...await exportJWK(privateKey), kid: `demo-${Date.now()}`, use: 'sig', alg: 'RS256' }];
}
