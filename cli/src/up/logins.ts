import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writePrivately } from './private-file.ts';

export type LoginServer = 'kafka' | 'postgres';

/** May do everything: the broker itself, and who prepares it. */
export const KAFKA_ADMIN = 'admin';
/** Looks at everything and writes nothing. */
export const KAFKA_OPERATOR = 'operator';
/** All services of one process. */
export const KAFKA_HOST = 'order-mesh';
export const POSTGRES_SUPERUSER = 'postgres';
// HOST_ROLE and OPERATOR of the platform, which is too much to load for two words
export const POSTGRES_HOST = 'order_mesh_host';
export const POSTGRES_OPERATOR = 'order_mesh_operator';

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
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      if (!existsSync(path)) writePrivately(path, `${randomBytes(32).toString('base64url')}\n`);
      return readFileSync(path, 'utf8').trim();
    },
  };
}
