import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type LoginServer = 'kafka' | 'postgres';

/** May do everything: the broker itself, and who prepares it. */
export const KAFKA_ADMIN = 'admin';
/** Looks at everything and writes nothing. */
export const KAFKA_OPERATOR = 'operator';
/** All services of one process. */
export const KAFKA_HOST = 'order-mesh';
export const POSTGRES_SUPERUSER = 'postgres';

/** The passwords of a folder's own Kafka and PostgreSQL, each in a file of its own that only its owner reads. */
export interface Logins {
  fileOf(server: LoginServer, login: string): string;
  /** Made at random where there is none yet. */
  passwordOf(server: LoginServer, login: string): string;
}

export function openLogins(dataDir: string): Logins {
  const fileOf = (server: LoginServer, login: string): string => join(dataDir, 'logins', server, login);
  return {
    fileOf,
    passwordOf(server, login) {
      const path = fileOf(server, login);
      if (!existsSync(path)) writeWhole(path, `${randomBytes(32).toString('base64url')}\n`);
      return readFileSync(path, 'utf8').trim();
    },
  };
}

function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const half = `${path}.half`;
  writeFileSync(half, text, { mode: 0o600 });
  renameSync(half, path);
}
