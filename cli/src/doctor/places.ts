import { readdir } from 'node:fs/promises';
import { assertPortFree } from '@order-mesh/embedded';
import { databaseUnreachable, MeshError, seconds } from '@order-mesh/kernel';
import pg from 'pg';
import { listTopics } from '../topics/list.ts';
import { withBroker } from '../topics/broker.ts';
import { migrationsHere } from '../up/migrations-here.ts';
import { portSettings, type PortName, type Ports } from '../up/settings.ts';
import type { Found, Whereabouts } from '../where.ts';
import { broken, ok, skipped, type Finding } from './check.ts';

/** Whether everything that `mesh up` would listen on is free; while a mesh runs, its ports are its own. */
export async function portFindings(ports: Ports, own: readonly PortName[], isRunning: boolean): Promise<readonly Finding[]> {
  if (isRunning) return [skipped('ports', 'held by the mesh that runs here')];
  const findings = await Promise.all(own.filter((name) => ports[name] !== 0).map(async (name): Promise<Finding | null> => {
    const { what, variable } = portSettings[name];
    return assertPortFree(ports[name], what, variable).then(() => null, (error: unknown) => broken('port', `${ports[name]} for ${what} is taken`, adviceIn(error)));
  }));
  const taken = findings.filter((finding) => finding !== null);
  return taken.length > 0 ? taken : [ok('ports', `${own.map((name) => ports[name]).join(', ')} are free`)];
}

/** What runs: broker, database, gateway. Where nothing should be running, nothing is missed. */
export async function runningFindings({ mesh, kafkaBrokers, databaseUrl, gateway }: Whereabouts): Promise<readonly Finding[]> {
  const isExpected = ({ from }: Found): boolean => mesh !== undefined || from !== 'usual place';
  const check = (what: string, found: Found, look: (found: Found) => Promise<Finding>): Promise<Finding> =>
    isExpected(found) ? look(found).catch((error: unknown) => broken(what, 'does not answer', adviceIn(error))) : Promise.resolve(skipped(what, 'no mesh runs here'));
  return Promise.all([check('broker', kafkaBrokers, brokerFinding), check('database', databaseUrl, databaseFinding), check('gateway', gateway, gatewayFinding)]);
}

async function brokerFinding(found: Found): Promise<Finding> {
  const topics = await withBroker(found, listTopics);
  if (topics.length > 0) return ok('broker', `${found.at}, ${topics.length} topics`);
  return broken('broker', `${found.at} has no topics`, 'start the services: they create what is missing');
}

async function databaseFinding({ at }: Found): Promise<Finding> {
  const { host } = new URL(at);
  const client = new pg.Client({ connectionString: at, application_name: 'mesh doctor', connectionTimeoutMillis: seconds(5) });
  try {
    await client.connect();
    const missing = await notMigrated(client);
    if (missing.length === 0) return ok('database', `${host}, migrated`);
    return broken('database', `${host} lacks ${missing.length} migrations: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}`, 'start the services: they migrate at their start unless DATABASE_MIGRATE is false');
  } catch (cause) {
    if (cause instanceof MeshError) throw cause;
    throw databaseUnreachable(host, cause);
  } finally {
    await client.end().catch(() => {});
  }
}

async function notMigrated(client: pg.Client): Promise<readonly string[]> {
  const { rows: [table] } = await client.query<{ done: string | null }>(`select to_regclass('migration.done')::text as done`);
  const { rows } = table?.done ? await client.query<{ file: string }>(`select schema || '/' || file as file from migration.done`) : { rows: [] };
  const done = new Set(rows.map(({ file }) => file));
  return (await wantedMigrations()).filter((file) => !done.has(file));
}

async function wantedMigrations(): Promise<readonly string[]> {
  const files = await Promise.all((await migrationsHere()).map(async ({ schema, folder }) => (await readdir(folder)).filter((file) => file.endsWith('.sql')).map((file) => `${schema}/${file}`)));
  return files.flat();
}

async function gatewayFinding({ at }: Found): Promise<Finding> {
  const response = await fetch(`${at}/health/ready`, { signal: AbortSignal.timeout(seconds(5)) }).catch((cause: unknown) => {
    throw new MeshError('NOT_RUNNING', { cause, advice: `nothing answers at ${at}; see .mesh/logs/services.log, or start a mesh with "mesh up"` });
  });
  if (response.ok) return ok('gateway', `${at} is ready`);
  return broken('gateway', `${at} is not ready (${response.status})`, `it says: ${(await response.text()).slice(0, 200)}`);
}

function adviceIn(error: unknown): string {
  return error instanceof MeshError ? error.advice : String(error);
}
