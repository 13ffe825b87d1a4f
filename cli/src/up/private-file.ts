import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file whole or not at all, and for its owner alone. Makes its folder. */
export function writePrivately(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.${process.pid}.half`;
  writeFileSync(half, text, { mode: 0o600 });
  chmodSync(half, 0o600);
  renameSync(half, path);
}

/** Makes a key at random where there is none yet. */
export function ensureKey(path: string): void {
  if (!existsSync(path)) writePrivately(path, `${randomBytes(32).toString('hex')}\n`);
}
