import { createBroker } from '@order-mesh/messaging';
import { readText } from './boot-service.ts';
import { readConfig, type ConfigReader, type Env } from './config.ts';
import { createLog } from './log.ts';
import { readPlatformConfig } from './platform-config.ts';
import { awaitSchema } from './postgres/await-schema.ts';
import { grantRoles, grantsIn, type Grant } from './postgres/grants.ts';
import { HOST_ROLE } from './postgres/migrate.ts';
import { migrationsOf, schemaOf, type NeedsTables } from './postgres/migrations-of.ts';
import { topicsOf } from './topics.ts';
import { untilReached } from './until-reached.ts';

/**
 * Runs what is missing of the migrations of these services, lets logins act as their roles (`DATABASE_GRANTS`) and creates the topics that are missing, and ends:
 * for whoever deploys with other rights than services have (`DATABASE_MIGRATE=false`). Doing it again changes nothing. Throws BAD_CONFIG, DATABASE_UNREACHABLE, MIGRATION_CHANGED, and what the servers refuse.
 */
export async function prepareMesh(services: readonly NeedsTables[], env: Env): Promise<void> {
  const { config, grants } = readConfig(env, readText, (read) => ({ config: readPlatformConfig(read), grants: readGrants(read, services) }));
  const log = createLog({ service: 'prepare', level: config.logLevel, ...(config.logFile && { file: config.logFile }) });
  await awaitSchema({ url: config.databaseUrl, sets: migrationsOf(services), mayMigrate: true, log, waitsFor: (what) => { log.info(what); } });
  await grantRoles(config.databaseUrl, grants);
  const broker = createBroker({ driver: config.kafkaDriver, brokers: config.kafkaBrokers, security: config.kafkaSecurity, clientId: 'order-mesh-prepare' });
  try {
    await untilReached({ what: 'Kafka', log }, () => broker.createTopics(topicsOf(config.partitions)));
  } finally {
    await broker.close();
  }
  log.info('prepared', { services: services.map(({ name }) => name), partitions: config.partitions });
}

function readGrants(read: ConfigReader, services: readonly NeedsTables[]): readonly Grant[] {
  const text = read.text('DATABASE_GRANTS', '');
  const grants = grantsIn(text);
  read.check(grants !== null, `DATABASE_GRANTS must be such as "${HOST_ROLE}=mesh, credit=credit-login", got "${text}"`);
  const roles = new Set([HOST_ROLE, ...services.map(({ name }) => schemaOf(name))]);
  const strange = (grants ?? []).filter(({ role }) => !roles.has(role)).map(({ role }) => role);
  read.check(strange.length === 0, `DATABASE_GRANTS names a role that is no service's: ${strange.join(', ')}`);
  return grants ?? [];
}
