import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MeshError } from '@order-mesh/kernel';
import { withLock } from '../lock.mjs';
import { run } from '../processes.mjs';
import { exists } from './files.ts';
import { silent } from './log.ts';
import type { Log } from './log.ts';
import { endOrphan } from './orphans.ts';
import { assertPortFree } from './ports.ts';
import { noteKey, openDoor } from './postgres-door.ts';
import { postgresHome } from './postgres-binaries.ts';
import { unprivileged } from './postgres-user.ts';
import { startServer } from './server-process.ts';
import type { ServerCommand, ServerProcess } from './server-process.ts';

export interface PostgresOptions {
  /** A folder for this server alone; one that holds data already is used again. */
  readonly dataDir: string;
  readonly port: number;
  /** Takes encrypted connections as well, under this key with its certificate, both PEM. */
  readonly secured?: { readonly key: string; readonly certificate: string };
  /** The superuser's. With it everybody has to log in (scram-sha-256), encrypted where there is a certificate; without it this machine's people are trusted. */
  readonly password?: string;
  readonly log?: Log;
}

export interface PostgresServer extends ServerProcess {
  /** The superuser's address, with the password where there is one; only this machine can use it. */
  readonly url: string;
}

// what a crash must not take is on disk before a commit is confirmed: fsync and synchronous_commit stay on
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
  shared_buffers: '64MB',
  // leaves nothing behind in /dev/shm when killed
  dynamic_shared_memory_type: 'mmap',
  io_method: 'sync',
  jit: 'off',
  max_wal_size: '512MB',
  // what a killed server has to redo before it takes connections
  checkpoint_timeout: '1min',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const LINGERING_MARK = 'pre-existing shared memory block';
const LINGERING_ATTEMPTS = 40;
const LINGERING_PAUSE_MILLISECONDS = 250;

/**
 * Starts PostgreSQL 18 on 127.0.0.1; it takes connections on return. Runs as root, too, without another user on the machine.
 * It ends with the process that started it, however that ends (Linux; elsewhere the next start on the folder ends it).
 * @throws PORT_TAKEN, MISSING_TOOL (no binaries), BAD_CONFIG (folder in use), DATABASE_UNREACHABLE (with the end of its log).
 */
export async function startPostgres({ dataDir, port, secured, password, log = silent }: PostgresOptions): Promise<PostgresServer> {
  await mkdir(dataDir, { recursive: true });
  const server = await withLock(join(dataDir, 'start.lock'), async () => {
    await endOrphan({ name: 'PostgreSQL', dir: dataDir, stopSignal: 'INT' }, log);
    await assertPortFree(port, 'PostgreSQL', 'POSTGRES_PORT');
    const [home, prefix] = await Promise.all([postgresHome(), unprivileged()]);
    await createOnce({ home, prefix, dataDir, log, password });
    const door = await openDoor(join(dataDir, 'data'), { password, isEncrypted: secured !== undefined });
    await forgetStranger(join(dataDir, 'data', 'postmaster.pid'));
    const started = await startAfterLingering(serverCommand({ home, prefix, dataDir, settings: { port: String(port), ...await securitySettings(dataDir, secured) } }));
    await door.shut(port).catch(async (error: unknown) => {
      await started.stop();
      throw error;
    });
    return started;
  });
  return { ...server, url: `postgres://postgres${password === undefined ? '' : `:${encodeURIComponent(password)}`}@127.0.0.1:${port}/postgres` };
}

interface Place {
  readonly home: string;
  readonly prefix: readonly string[];
  readonly dataDir: string;
}

// Made aside and renamed: a folder named data is whole.
async function createOnce({ home, prefix, dataDir, log, password }: Place & { readonly log: Log; readonly password: string | undefined }): Promise<void> {
  const data = join(dataDir, 'data');
  if (await exists(data)) return;
  log('creating the database folder (once)');
  const half = `${data}.half`;
  await rm(half, { recursive: true, force: true });
  const passwordFile = join(dataDir, 'initial-password');
  if (password !== undefined) await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const auth = password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const initdb = [...prefix, join(home, 'bin', 'initdb'), '-D', half, '-U', 'postgres', ...auth, '--no-locale', '-E', 'UTF8'];
  const { code, output } = await run(initdb, { stdio: 'collect' });
  await rm(passwordFile, { force: true });
  if (code === 0 && password !== undefined) await noteKey(half, password);
  if (code !== 0) throw new MeshError('DATABASE_UNREACHABLE', { advice: `PostgreSQL cannot create ${data}:\n${output.trim()}` });
  await rename(half, data);
}

// After a kill -9 the number in postmaster.pid may have passed to another program, for which PostgreSQL would wait for ever.
async function forgetStranger(pidFile: string): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid)) return;
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres');
  if (program.trim() !== 'postgres') await rm(pidFile);
}

async function securitySettings(dataDir: string, secured: PostgresOptions['secured']): Promise<Readonly<Record<string, string>>> {
  if (secured === undefined) return {};
  const [key, certificate] = [join(dataDir, 'listener.key'), join(dataDir, 'listener.crt')];
  await writeFile(key, secured.key, { mode: 0o600 });
  await writeFile(certificate, secured.certificate);
  return { ssl: 'on', ssl_key_file: key, ssl_cert_file: certificate };
}

function serverCommand({ home, prefix, dataDir, settings: own }: Place & { readonly settings: Readonly<Record<string, string>> }): ServerCommand {
  const settings = Object.entries({ ...own, ...SETTINGS }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    name: 'PostgreSQL',
    dir: dataDir,
    prefix,
    command: [join(home, 'bin', 'postgres'), '-D', join(dataDir, 'data'), ...settings],
    stopSignal: 'INT',
    stopSeconds: 10,
    readyMark: 'database system is ready to accept connections',
    failure: 'DATABASE_UNREACHABLE',
  };
}

// A killed server's sessions need a moment to notice, and until then nobody else may open its data.
async function startAfterLingering(command: ServerCommand): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer(command);
    } catch (error) {
      const lingering = error instanceof MeshError && error.advice.includes(LINGERING_MARK);
      if (!lingering || attempt === LINGERING_ATTEMPTS) throw error;
      await sleep(LINGERING_PAUSE_MILLISECONDS);
    }
  }
}
