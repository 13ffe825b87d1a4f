import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Keeps a value as JSON, whole or not at all, and for its owner alone. */
export function keepPrivately(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.half`, JSON.stringify(value), { mode: 0o600 });
  chmodSync(`${path}.half`, 0o600);
  renameSync(`${path}.half`, path);
}
