import { readFileSync } from 'node:fs';
import type { INestApplication, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Policy } from '@order-mesh/contracts';
import { MeshError, milliseconds, seconds, systemClock } from '@order-mesh/kernel';
import type { Participant, Processor } from '@order-mesh/messaging';
import { readConfig, type Env } from './config.ts';
import type { Congestion } from './congestion.ts';
import { createLog } from './log.ts';
import type { DeadLetters } from './dead-letters/index.ts';
import type { Metrics } from './metrics.ts';
import { BatchStrategy } from './nest/batch-strategy.ts';
import { LetThroughFilter } from './nest/let-through.filter.ts';
import type { PlatformConfig } from './platform-config.ts';
import type { Database } from './postgres/database.ts';
import type { Migrations } from './postgres/migrate.ts';
import type { Readiness } from './readiness.ts';
import { createRepeater } from './repeat.ts';
import type { ServiceDefinition } from './service.ts';
import type { Tracing } from './tracing/tracing.ts';

/** A definition together with its configuration: what is left is how to boot it. */
export interface Ready {
  readonly name: string;
  readonly projection: boolean;
  readonly migrations: URL;
  readonly mechanisms: readonly Migrations[];
  readonly boot: (shared: Shared) => Promise<BootedService>;
}

export interface BootedService {
  readonly participant: Participant;
  readonly httpPort: number | null;
  /** What has to hold before batches run; rejects when it does not, and when the database is away. */
  readonly check: () => Promise<void>;
  /** Opens the doors and begins the repeated work, once batches run. */
  readonly listen: () => Promise<void>;
  readonly stopIntake: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What all services of one process share. */
export interface Shared {
  readonly config: PlatformConfig;
  readonly policy: Policy;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly submit: Processor['submit'];
  readonly deadLetters: DeadLetters;
  readonly readiness: Readiness;
  readonly congestion: Congestion;
  readonly tracing: Tracing | null;
}

/** Joins a definition to its configuration; `prepare` all first, so that all problems are told at once. */
export function service<Config>(definition: ServiceDefinition<Config>): (env: Env) => Ready {
  return (env) => {
    const config = readConfig(env, readText, definition.readConfig);
    return {
      name: definition.name,
      projection: definition.projection ?? false,
      migrations: definition.migrations,
      mechanisms: definition.mechanisms ?? [],
      boot: (shared) => bootService(definition, config, shared),
    };
  };
}

async function bootService<Config>(definition: ServiceDefinition<Config>, config: Config, shared: Shared): Promise<BootedService> {
  const { name } = definition;
  const { logLevel: level, logFile, bindAddress } = shared.config;
  const log = createLog({ service: name, level, ...(logFile && { file: logFile }) });
  const repeater = createRepeater(log);
  const checks: (() => Promise<void>)[] = [];
  const stops: (() => Promise<void>)[] = [];
  const together: (() => Promise<void>)[] = [];
  const module = definition.module({
    config, log, policy: shared.policy, clock: systemClock, metrics: shared.metrics, database: shared.database,
    submit: (work) => shared.submit(name, work),
    deadLetters: shared.deadLetters,
    obstacle: () => shared.readiness.obstacle(),
    readiness: () => shared.readiness.look(),
    waitsFor: (what) => { shared.readiness.alsoWaitsFor(what); },
    congestion: shared.congestion,
    ...(shared.tracing && { trace: shared.tracing.call }),
    partitions: shared.config.partitions,
    repeat: (what, every, work) => { repeater.repeat(what, every, work); },
    checkFirst: (check) => { checks.push(check); },
    onStop: (stop, turn) => { (turn === 'together' ? together : stops).push(stop); },
  });
  const strategy = new BatchStrategy();
  const httpPort = definition.httpPort?.(config) ?? null;
  const app = httpPort === null ? await bootMicroservice(module, strategy) : await bootHttp(module, strategy, definition.setUpHttp);
  return {
    participant: { ...strategy.participant(name, definition.projection ?? false), ...(definition.readAhead && { readAhead: definition.readAhead }) },
    httpPort,
    check: async () => { for (const check of checks) await check(); },
    listen: async () => {
      repeater.start();
      if (httpPort !== null && 'getHttpServer' in app) await listen(app, { port: httpPort, address: bindAddress, name });
    },
    stopIntake: async () => {
      const door = 'getHttpServer' in app ? closeHttp(app) : Promise.resolve();
      // each may wait seconds for somebody: one after the other they would take longer than we are given
      await Promise.all([door, repeater.stop(), ...together.map((stop) => stop())]);
      for (const stop of stops.reverse()) await stop();
    },
    stop: () => app.close(),
  };
}

async function bootMicroservice(module: ReturnType<ServiceDefinition<unknown>['module']>, strategy: BatchStrategy): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  app.useGlobalFilters(new LetThroughFilter());
  await app.listen();
  return app;
}

async function bootHttp(module: ReturnType<ServiceDefinition<unknown>['module']>, strategy: BatchStrategy, setUp?: (app: NestExpressApplication) => void): Promise<INestApplication> {
  const app = await NestFactory.create<NestExpressApplication>(module, { rawBody: true, logger: false, abortOnError: false });
  setUp?.(app);
  app.connectMicroservice({ strategy }, { inheritAppConfig: false }).useGlobalFilters(new LetThroughFilter());
  await app.startAllMicroservices();
  await app.init();
  return app;
}

async function listen(app: INestApplication, { port, address, name }: { readonly port: number; readonly address: string; readonly name: string }): Promise<void> {
  try {
    await app.listen(port, address);
  } catch (cause) {
    throw new MeshError('PORT_TAKEN', { advice: `port ${port} is needed by ${name}; free it or set ${name.toUpperCase().replaceAll('-', '_')}_HTTP_PORT`, cause });
  }
}

const HTTP_WITHIN = seconds(3);
const HTTP_POLL = milliseconds(50);

/** Lets nobody in any more, and waits for the requests that are under way. */
function closeHttp(app: INestApplication): Promise<void> {
  const server: { close(done: () => void): void; closeIdleConnections(): void } = app.getHttpServer();
  return new Promise((resolve) => {
    // a connection that is kept open is idle only when its request has ended
    const idle = setInterval(() => { server.closeIdleConnections(); }, HTTP_POLL);
    const done = (): void => {
      clearTimeout(late);
      clearInterval(idle);
      resolve();
    };
    const late = setTimeout(done, HTTP_WITHIN);
    server.close(done);
    server.closeIdleConnections();
  });
}

export const readText = (path: string): string => readFileSync(path, 'utf8');
