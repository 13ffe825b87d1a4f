import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MeshError } from '@order-mesh/kernel';
import pg from 'pg';

/** A set of plain SQL files that belong to one schema. */
export interface Migrations {
  /** Also the role that may use it. */
  readonly schema: string;
  readonly folder: URL;
  /** Tables of a mechanism that every service writes: usable by all service roles. */
  readonly shared?: boolean;
}

/**
 * What `migrate` would run: "<schema>/<file>" each. For whoever may not migrate itself and waits for it.
 * Throws MIGRATION_CHANGED when a file that has already run was edited.
 */
export async function missingMigrations(url: string, sets: readonly Migrations[]): Promise<readonly string[]> {
  const client = await connected(url);
  try {
    const { rows: [row] } = await client.query<{ exists: boolean }>(`select to_regclass('migration.done') is not null as exists`);
    const missing: string[] = [];
    for (const set of sets) {
      const done = row?.exists ? await ranBefore(client, set) : new Map<string, string>();
      missing.push(...(await notRun(set, done)).map(({ file }) => `${set.schema}/${file}`));
    }
    return missing;
  } finally {
    await client.end();
  }
}

const LOCK = 7_341_001;
/** Every service is in it: what all of them may use, it may. */
export const GROUP = 'order_mesh_service';
/** Acts for several services that share a process and a transaction. */
export const HOST_ROLE = 'order_mesh_host';
const NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/**
 * Brings every schema forward, under one advisory lock, each file in a transaction of its own.
 * Creates one role per service that may use its own schema and the mechanisms', nothing else.
 * Throws MIGRATION_CHANGED when a file that has already run was edited.
 */
export async function migrate(url: string, sets: readonly Migrations[]): Promise<readonly string[]> {
  const client = await connected(url);
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await prepare(client);
    const ran: string[] = [];
    for (const set of sets) ran.push(...await migrateSchema(client, set));
    return ran;
  } finally {
    await client.end();
  }
}

async function prepare(client: pg.Client): Promise<void> {
  await client.query(`create schema if not exists migration;
    create table if not exists migration.done (schema text not null, file text not null, sha256 text not null, at timestamptz not null default now(), primary key (schema, file))`);
  await createRole(client, GROUP);
  await createRole(client, HOST_ROLE);
  // whoever does not migrate itself looks here whether somebody has
  await client.query(`grant usage on schema migration to ${GROUP}; grant select on migration.done to ${GROUP}`);
}

async function migrateSchema(client: pg.Client, { schema, folder, shared }: Migrations): Promise<readonly string[]> {
  await client.query(`create schema if not exists ${schema}`);
  if (!shared) await createRole(client, schema);
  const due = await notRun({ schema, folder }, await ranBefore(client, { schema }));
  for (const file of due) await runFile(client, { schema, ...file });
  await grant(client, schema, shared ? GROUP : schema);
  return due.map(({ file }) => `${schema}/${file}`);
}

interface MigrationFile {
  readonly file: string;
  readonly text: string;
  readonly sha256: string;
}

async function notRun({ schema, folder }: Pick<Migrations, 'schema' | 'folder'>, done: ReadonlyMap<string, string>): Promise<readonly MigrationFile[]> {
  const files = (await readdir(folder)).filter((file) => NAME.test(file)).sort();
  const due: MigrationFile[] = [];
  for (const file of files) {
    const text = await readFile(fileURLToPath(new URL(file, folder)), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    const before = done.get(file);
    if (before === undefined) due.push({ file, text, sha256 });
    else if (before !== sha256) throw new MeshError('MIGRATION_CHANGED', { advice: `${schema}/${file} has already run and must not be edited; add a new file instead` });
  }
  return due;
}

/** The digest of each file of this schema that has run. */
async function ranBefore(client: pg.Client, { schema }: Pick<Migrations, 'schema'>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ file: string; sha256: string }>('select file, sha256 from migration.done where schema = $1', [schema]);
  return new Map(rows.map(({ file, sha256 }) => [file, sha256]));
}

/** A connection for what is asked once. Whoever asks for it ends it. */
export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'order-mesh migrate', connectionTimeoutMillis: 10_000 });
  // a connection that breaks fails the statement at hand; unheard, its event would end the process
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function runFile(client: pg.Client, { schema, file, text, sha256 }: MigrationFile & { readonly schema: string }): Promise<void> {
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into migration.done (schema, file, sha256) values ($1, $2, $3)', [schema, file, sha256]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function createRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
  if (rowCount === 0) await client.query(`create role ${role} nologin`);
  if (role !== GROUP) await client.query(`grant ${GROUP} to ${role}`);
  if (role !== GROUP && role !== HOST_ROLE) await client.query(`grant ${role} to ${HOST_ROLE}`);
}

async function grant(client: pg.Client, schema: string, role: string): Promise<void> {
  await client.query(`grant usage on schema ${schema} to ${role};
    grant select, insert, update, delete on all tables in schema ${schema} to ${role};
    grant usage on all sequences in schema ${schema} to ${role}`);
}
