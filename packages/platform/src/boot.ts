import 'reflect-metadata';
import { contracts } from '@order-mesh/contracts';
import { MeshError, seconds, systemClock } from '@order-mesh/kernel';
import { classOf, createBroker, createCodec, defaultLimits, Processor, registerSchemas, type Broker, type Codec, type Participant, type Watcher } from '@order-mesh/messaging';
import { startAdmin, type AdminServer } from './admin.ts';
import { readText, type BootedService, type Ready, type Shared } from './boot-service.ts';
import { readConfig, type Env } from './config.ts';
import { countLetters } from './dead-letters/count.ts';
import { deadLetters } from './dead-letters/index.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { readPlatformConfig, type PlatformConfig } from './platform-config.ts';
import { loadPolicy } from './policy.ts';
import { isPassing, openDatabase, type Database, type DatabaseObserver } from './postgres/database.ts';
import { pgMessageStore } from './postgres/message-store.ts';
import { createRepeater, type Repeater } from './repeat.ts';
import { TOPICS_KEPT_FOR } from './retention.ts';
import { HOST_ROLE, migrate, type Migrations } from './postgres/migrate.ts';

export interface BootOptions {
  readonly env: Env;
  /** Consumer group: the service's name when it runs alone. */
  readonly groupId: string;
  /** Participants that are no service of their own, beside the services: for tests and measurements. */
  readonly beside?: readonly Participant[];
}

export interface RunningServices {
  readonly adminPort: number;
  readonly obstacle: () => string | null;
  readonly log: Log;
  /** Ready 503, stop intake, drain, flush the outbox, close. */
  stop(): Promise<void>;
}

/** Boots services in this process: migrations, topics, Nest modules, the batch processor, HTTP, health and metrics. */
export async function bootServices(prepare: readonly ((env: Env) => Ready)[], { env, groupId, beside = [] }: BootOptions): Promise<RunningServices> {
  const { config, services } = readAll(prepare, env);
  const policy = loadPolicy(config.policyFile);
  const log = createLog({ service: groupId, level: config.logLevel, ...(config.logFile && { file: config.logFile }) });
  if (config.migrate) await patiently('the database', log, () => migrate(config.databaseUrl, migrationsOf(services)));
  const metrics = createMetrics({ processMetrics: true });
  const broker = createBroker({ driver: config.kafkaDriver, brokers: config.kafkaBrokers, clientId: groupId });
  await createTopics(broker, config.partitions);
  const database = openDatabase({
    url: config.databaseUrl, applicationName: groupId, connections: config.databaseConnections, statementWithin: config.databaseStatementWithin,
    ...(config.databaseRoles && { role: services.length === 1 ? schemaOf(groupId) : HOST_ROLE }),
    onTrouble: (error) => { log.warn('a database connection broke', { error }); },
    observer: observedIn(metrics),
  });
  const codec = await codecFor(config);
  let processor: Processor | null = null;
  const obstacle = (): string | null => (processor ? processor.obstacle() : 'starting');
  const submit: Processor['submit'] = (participant, work) => processor
    ? processor.submit(participant, work)
    : Promise.reject(new MeshError('NOT_RUNNING', { advice: 'the service is still starting; try again in a moment' }));
  const letters = deadLetters({ database, codec, submit });
  const shared: Shared = { config, policy, metrics, database, submit, deadLetters: letters, obstacle };
  const booted: BootedService[] = [];
  for (const one of services) booted.push(await one.boot(shared));
  processor = new Processor({
    participants: [...booted.map(({ participant }) => participant), ...beside],
    broker, codec, groupId, store: pgMessageStore(database), clock: systemClock, watcher: watcherOf(log, metrics),
    limits: defaultLimits, partitions: config.partitions, inPlace: true,
  });
  await processor.start();
  const repeater = createRepeater(log);
  repeater.repeat('count dead letters', seconds(10), countLetters(letters, new Set(services.map(({ name }) => name)), metrics));
  repeater.start();
  const admin = await startAdmin({ port: config.adminPort, address: config.bindAddress, metrics, obstacle });
  for (const one of booted) await one.listen();
  log.info('running', { services: booted.map(({ participant }) => participant.name), adminPort: admin.port });
  return { adminPort: admin.port, obstacle, log, stop: once(() => stopAll({ booted, processor, repeater, broker, database, admin, log })) };
}

interface Stoppable {
  readonly booted: readonly BootedService[];
  readonly processor: Processor;
  readonly repeater: Repeater;
  readonly broker: Broker;
  readonly database: Database;
  readonly admin: AdminServer;
  readonly log: Log;
}

async function stopAll({ booted, processor, repeater, broker, database, admin, log }: Stoppable): Promise<void> {
  log.info('stopping');
  await Promise.all([repeater.stop(), ...booted.map((one) => one.stopIntake())]);
  await processor.stop();
  await Promise.all(booted.map((one) => one.stop()));
  await Promise.all([broker.close(), database.close(), admin.close()]);
  log.info('stopped');
}

function readAll(prepare: readonly ((env: Env) => Ready)[], env: Env): { readonly config: PlatformConfig; readonly services: readonly Ready[] } {
  const problems: string[] = [];
  const attempt = <Result>(read: () => Result): Result | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      problems.push(error.advice);
      return null;
    }
  };
  const config = attempt(() => readConfig(env, readText, readPlatformConfig));
  const services = prepare.map((one) => attempt(() => one(env)));
  if (config === null || problems.length > 0) throw new MeshError('BAD_CONFIG', { advice: problems.join('; ') });
  return { config, services: services.filter((one) => one !== null) };
}

function migrationsOf(services: readonly Ready[]): readonly Migrations[] {
  const messaging = { schema: 'messaging', folder: new URL('../migrations/', import.meta.url), shared: true };
  const mechanisms = new Map(services.flatMap((one) => one.mechanisms.map((set) => [set.schema, set])));
  return [messaging, ...mechanisms.values(), ...services.map(({ name, migrations }) => ({ schema: schemaOf(name), folder: migrations }))];
}

async function createTopics(broker: Broker, partitions: number): Promise<void> {
  const names = new Set(Object.values(contracts).map(({ topic }) => topic));
  await broker.createTopics([...names].map((name) => ({ name, partitions, keptFor: TOPICS_KEPT_FOR })));
}

const PATIENCE = seconds(60);

/** Tries again while what we need is only just coming up; anything but a passing accident is told at once. */
async function patiently<Result>(what: string, log: Log, work: () => Promise<Result>): Promise<Result> {
  for (const end = systemClock.now() + PATIENCE; ;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || systemClock.now() > end) throw error;
      log.warn('waiting', { for: what, error });
      await new Promise((resolve) => { setTimeout(resolve, 500); });
    }
  }
}

async function codecFor({ schemaRegistryUrl }: PlatformConfig): Promise<Codec> {
  return schemaRegistryUrl === '' ? createCodec() : createCodec(await registerSchemas(schemaRegistryUrl));
}

function observedIn(metrics: Metrics): DatabaseObserver {
  const statements = metrics.counter('mesh_sql_statements_total', 'Statements PostgreSQL has answered.', ['statement']);
  const seconds = metrics.counter('mesh_sql_seconds_total', 'Time from sending a statement to its answer; statements sent together wait for each other.', ['statement']);
  const frozen = metrics.counter('mesh_database_connections_frozen_total', 'Connections that answered nothing and were destroyed; what they were asked last was read anew.');
  const packets = metrics.counter('mesh_sql_packets_total', 'Packets of statements sent within transactions; each may wait for one round trip.');
  const conflicts = metrics.counter('mesh_sql_conflicts_total', 'Transactions tried again with locks, because what they had read without has changed.');
  return {
    statement: (statement, took) => {
      statements.add({ statement });
      seconds.add({ statement }, took);
    },
    packet: () => { packets.add(); },
    conflict: () => { conflicts.add(); },
    frozen: () => { frozen.add(); },
  };
}

function watcherOf(log: Log, metrics: Metrics): Watcher {
  const records = metrics.counter('mesh_records_total', 'Records taken from Kafka.');
  const skipped = metrics.counter('mesh_records_skipped_total', 'Deliveries skipped because they were handled before.');
  const sent = metrics.counter('mesh_messages_sent_total', 'Messages committed to the outbox.');
  const bytes = metrics.counter('mesh_messages_sent_bytes_total', 'Their bytes, as they go to Kafka.');
  const dead = metrics.counter('mesh_dead_letters_total', 'Records that became dead letters.', ['service', 'class', 'reason']);
  const took = metrics.histogram('mesh_batch_seconds', 'Duration of one batch transaction.');
  return {
    batch: (report) => {
      records.add({}, report.records);
      skipped.add({}, report.skipped);
      sent.add({}, report.sent);
      bytes.add({}, report.sentBytes);
      took.observe(report.tookMs / 1_000);
      for (const { participant, reason } of report.dead) dead.add({ service: participant, class: classOf(reason), reason });
    },
    trouble: (what, error) => { log.error('trouble', { what, error }); },
  };
}

const schemaOf = (name: string): string => name.replaceAll('-', '_');

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | null = null;
  return () => (result ??= work());
}
