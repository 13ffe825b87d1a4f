import { createHash } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MeshError } from '@order-mesh/kernel';
import pg from 'pg';

export interface Door {
  /** To be called once the server runs: from then on nobody comes in without a password. */
  shut(port: number): Promise<void>;
}

export interface DoorKey {
  readonly password: string | undefined;
  /** Only encrypted connections are taken. */
  readonly isEncrypted: boolean;
}

/**
 * Writes who may come in how, before the server starts. A folder of before, whose superuser has no such password, is open to him for the moment in which it is set:
 * it was open to everybody until now.
 */
export async function openDoor(data: string, { password, isEncrypted }: DoorKey): Promise<Door> {
  const rules = password === undefined ? TRUST : `${isEncrypted ? 'hostssl' : 'host'} all all 127.0.0.1/32 scram-sha-256\n`;
  const isKnown = password === undefined || await readFile(keyNote(data), 'utf8').catch(() => '') === printOf(password);
  await writeRules(data, isKnown ? rules : TRUST_SUPERUSER);
  if (password === undefined) await rm(keyNote(data), { force: true });
  return {
    async shut(port) {
      if (isKnown || password === undefined) return;
      await asSuperuser(port, async (client) => {
        await client.query(`alter role postgres password ${pg.escapeLiteral(password)}`);
        await writeRules(data, rules);
        await client.query('select pg_reload_conf()');
      });
      await noteKey(data, password);
    },
  };
}

/** Notes which password the folder's superuser has, as a digest of it: it is random, so nobody guesses it from that. */
export async function noteKey(data: string, password: string): Promise<void> {
  await writeFile(keyNote(data), printOf(password), { mode: 0o600 });
}

const keyNote = (data: string): string => join(data, 'superuser.sha256');
const printOf = (password: string): string => createHash('sha256').update(password).digest('hex');

const TRUST = 'local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all ::1/128 trust\nhost replication all 127.0.0.1/32 trust\n';
const TRUST_SUPERUSER = 'host all postgres 127.0.0.1/32 trust\n';

async function writeRules(data: string, rules: string): Promise<void> {
  const path = join(data, 'pg_hba.conf');
  await writeFile(path, `# written at every start\n${rules}`);
  await chmod(path, 0o600);
}

async function asSuperuser(port: number, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', application_name: 'order-mesh start', connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } catch (cause) {
    throw new MeshError('DATABASE_UNREACHABLE', { advice: 'PostgreSQL runs, but its superuser could not be given a password; start again', cause });
  } finally {
    await client.end().catch(() => {});
  }
}
