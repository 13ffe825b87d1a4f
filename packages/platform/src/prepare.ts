import { createBroker } from '@order-mesh/messaging';
import { readText } from './boot-service.ts';
import { readConfig, type Env } from './config.ts';
import { createLog } from './log.ts';
import { readPlatformConfig } from './platform-config.ts';
import { awaitSchema } from './postgres/await-schema.ts';
import { migrationsOf, type NeedsTables } from './postgres/migrations-of.ts';
import { topicsOf } from './topics.ts';
import { untilReached } from './until-reached.ts';

/**
 * Runs what is missing of the migrations of these services and creates the topics that are missing, and ends: for whoever deploys with other rights than
 * services have (`DATABASE_MIGRATE=false`). Doing it again changes nothing. Throws BAD_CONFIG, MIGRATION_CHANGED, and what the servers refuse.
 */
export async function prepareMesh(services: readonly NeedsTables[], env: Env): Promise<void> {
  const config = readConfig(env, readText, readPlatformConfig);
  const log = createLog({ service: 'prepare', level: config.logLevel, ...(config.logFile && { file: config.logFile }) });
  await awaitSchema({ url: config.databaseUrl, sets: migrationsOf(services), mayMigrate: true, log, waitsFor: (what) => { log.info(what); } });
  const broker = createBroker({ driver: config.kafkaDriver, brokers: config.kafkaBrokers, security: config.kafkaSecurity, clientId: 'order-mesh-prepare' });
  try {
    await untilReached({ what: 'Kafka', log }, () => broker.createTopics(topicsOf(config.partitions)));
  } finally {
    await broker.close();
  }
  log.info('prepared', { services: services.map(({ name }) => name), partitions: config.partitions });
}
