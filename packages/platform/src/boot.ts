import { flushCompileCache } from 'node:module';
import 'reflect-metadata';
import { hostname } from 'node:os';
import { topics } from '@order-mesh/contracts';
import { MeshError, hours, seconds, systemClock } from '@order-mesh/kernel';
import { createBroker, createCodec, defaultLimits, Processor, registerSchemas, type Broker, type Codec, type Participant } from '@order-mesh/messaging';
import { startAdmin, type AdminServer } from './admin.ts';
import { readText, type BootedService, type Ready, type Shared } from './boot-service.ts';
import { readConfig, type Env } from './config.ts';
import { createCongestion } from './congestion.ts';
import { countWaiting } from './count-waiting.ts';
import { deadLetters } from './dead-letters/index.ts';
import { measureLag } from './lag.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { observedIn, showQueues, watcherOf } from './observe.ts';
import { readPlatformConfig, type PlatformConfig } from './platform-config.ts';
import { loadPolicy } from './policy.ts';
import { awaitSchema } from './postgres/await-schema.ts';
import { openDatabase, type Database } from './postgres/database.ts';
import { forgetInbox, pgMessageStore } from './postgres/message-store.ts';
import { HOST_ROLE } from './postgres/migrate.ts';
import { migrationsOf, schemaOf } from './postgres/migrations-of.ts';
import { Readiness } from './readiness.ts';
import { createRepeater, type Repeater } from './repeat.ts';
import { INBOX_KEPT_FOR } from './retention.ts';
import { endProcess, watchBroker } from './stalled.ts';
import { topicsOf } from './topics.ts';
import { openTracing } from './tracing/open-tracing.ts';
import type { Tracing } from './tracing/tracing.ts';
import { untilReached } from './until-reached.ts';
import { heldToVoice, topicsWrittenBy } from './voices.ts';

/** So often is read what a metric needs from the database or the broker. */
const MEASURED_EVERY = seconds(15);

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
export async function bootServices(prepare: readonly ((env: Env) => Ready)[], options: BootOptions): Promise<RunningServices> {
  const { config, services } = readAll(prepare, options.env);
  const log = createLog({ service: options.groupId, level: config.logLevel, ...(config.logFile && { file: config.logFile }) });
  const metrics = createMetrics({ processMetrics: true });
  const readiness = new Readiness();
  const admin = await startAdmin({ port: config.adminPort, address: config.bindAddress, metrics, readiness: () => readiness.look() });
  try {
    const running = await bootOn({ config, log, metrics, readiness, admin }, services, options);
    // where NODE_COMPILE_CACHE is set: else it is written at an orderly end only, and a process that was killed would compile everything anew
    flushCompileCache();
    return running;
  } catch (error) {
    await admin.close();
    throw error;
  }
}

/** What is there before anything else, so that a probe hears what the rest is waiting for. */
interface Ground {
  readonly config: PlatformConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly admin: AdminServer;
}

async function bootOn({ config, log, metrics, readiness, admin }: Ground, services: readonly Ready[], { groupId, beside = [] }: BootOptions): Promise<RunningServices> {
  const policy = loadPolicy(config.policyFile);
  await awaitSchema({ url: config.databaseUrl, sets: migrationsOf(services), mayMigrate: config.migrate, log, waitsFor: (what) => { readiness.waitsFor(what); } });
  const tracing = await openTracing({ endpoint: config.otlpEndpoint, group: groupId });
  let stop = (): Promise<void> => Promise.resolve();
  const broker = createBroker({
    driver: config.kafkaDriver, brokers: config.kafkaBrokers, security: config.kafkaSecurity, clientId: groupId, stallAfterMs: config.kafkaStallAfter,
    ...watchBroker({ log, metrics, giveUp: (error) => { endProcess(error, log, () => stop()); } }),
  });
  readiness.waitsFor('waiting for Kafka');
  await untilReached({ what: 'Kafka', log }, () => broker.createTopics(topicsOf(config.partitions)));
  readiness.waitsFor('starting');
  const database = openDatabase({
    url: config.databaseUrl, applicationName: groupId, connections: config.databaseConnections, statementWithin: config.databaseStatementWithin,
    ...(config.databaseRoles && { role: services.length === 1 ? schemaOf(groupId) : HOST_ROLE }),
    onTrouble: (error) => { log.warn('a database connection broke', { error }); },
    observer: observedIn(metrics),
  });
  const codec = await codecFor(config);
  let processor: Processor | null = null;
  const submit: Processor['submit'] = (participant, work) => processor
    ? processor.submit(participant, work)
    : Promise.reject(new MeshError('NOT_RUNNING', { advice: 'the service is still starting; try again in a moment' }));
  const letters = deadLetters({ database, codec, submit });
  const congestion = createCongestion(log, metrics);
  const shared: Shared = { config, policy, metrics, database, submit, deadLetters: letters, readiness, congestion, tracing };
  const booted: BootedService[] = [];
  for (const one of services) booted.push(await one.boot(shared));
  for (const { check } of booted) await untilReached({ what: 'the database', log }, check);
  const participants = [...booted.map(({ participant }) => heldToVoice(participant)), ...beside];
  const writes = topicsWrittenBy(participants);
  processor = new Processor({
    participants, ...(writes && { writes }), broker, codec, groupId, instance: `${groupId}@${hostname()}:${admin.port}`, store: pgMessageStore(database), clock: systemClock, watcher: watcherOf(log, metrics), ...(tracing && { tracer: tracing }),
    limits: defaultLimits, partitions: config.partitions, inPlace: true,
    front: { topics: [topics.crmEvents], isShut: () => congestion.now() !== null },
  });
  showQueues(processor, metrics);
  const repeater = createRepeater(log);
  const everything: Stoppable = { booted, processor, repeater, broker, database, admin, log, readiness, tracing };
  stop = once(() => stopAll(everything));
  const started = processor;
  await untilReached({ what: 'Kafka and the database', log }, () => started.start());
  repeater.repeat('count what waits', MEASURED_EVERY, countWaiting({ database, services: new Set(services.map(({ name }) => name)), metrics }));
  repeater.repeat('measure lag', MEASURED_EVERY, measureLag({ groupId, broker, positions: () => started.positions(), clock: systemClock, metrics }));
  repeater.repeat('forget the inbox', hours(1), () => forgetInbox(database, booted.map(({ participant }) => participant.name), Date.now() - INBOX_KEPT_FOR));
  repeater.start();
  readiness.runs(processor, database);
  for (const one of booted) await one.listen();
  log.info('running', { services: booted.map(({ participant }) => participant.name), adminPort: admin.port });
  return { adminPort: admin.port, obstacle: () => readiness.obstacle(), log, stop };
}

interface Stoppable {
  readonly booted: readonly BootedService[];
  readonly processor: Processor;
  readonly repeater: Repeater;
  readonly broker: Broker;
  readonly database: Database;
  readonly admin: AdminServer;
  readonly log: Log;
  readonly readiness: Readiness;
  readonly tracing: Tracing | null;
}

async function stopAll({ booted, processor, repeater, broker, database, admin, log, readiness, tracing }: Stoppable): Promise<void> {
  log.info('stopping');
  readiness.waitsFor('stopping');
  await Promise.all([repeater.stop(), ...booted.map((one) => one.stopIntake())]);
  await processor.stop();
  await Promise.all(booted.map((one) => one.stop()));
  await Promise.all([broker.close(), database.close(), admin.close(), tracing?.stop()]);
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

async function codecFor({ schemaRegistryUrl }: PlatformConfig): Promise<Codec> {
  return schemaRegistryUrl === '' ? createCodec() : createCodec(await registerSchemas(schemaRegistryUrl));
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | null = null;
  return () => (result ??= work());
}
