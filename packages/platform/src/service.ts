import type { DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Clock, Duration } from '@order-mesh/kernel';
import type { Policy } from '@order-mesh/contracts';
import type { ReadAhead, Unit } from '@order-mesh/messaging';
import type { Congestion } from './congestion.ts';
import type { DeadLetters } from './dead-letters/index.ts';
import type { Database } from './postgres/database.ts';
import type { Migrations } from './postgres/migrate.ts';
import type { Log } from './log.ts';
import type { ConfigReader } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { TraceCall } from './tracing/tracing.ts';

/** Runs work in the next batch transaction of the service; resolves with its result once committed. */
export type Submit = <Result>(work: (unit: Unit) => Promise<Result>) => Promise<Result>;

/** What the platform lends to a service for its lifetime. */
export interface Runtime<Config> {
  readonly config: Config;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Reads outside of a batch; everything that is written goes through `submit` or a batch handler. */
  readonly database: Database;
  readonly submit: Submit;
  /** What could not be taken, by whatever service: for the front door. */
  readonly deadLetters: DeadLetters;
  /** Null when work that begins here proceeds, else what stands in its way; from what the last batches have shown. */
  readonly obstacle: () => string | null;
  /** Null when all work proceeds, also what comes over Kafka, else why not. Asks the database; never rejects. */
  readonly readiness: () => Promise<string | null>;
  /** Names what else this process waits for before it is ready: null when for nothing, else what, in words. */
  readonly waitsFor: (what: () => string | null) => void;
  /** Of every order-bound topic. */
  readonly partitions: number;
  /** Repeats work while the service runs: after each end it waits `every`. A failure is logged and does not end it. */
  readonly repeat: (name: string, every: Duration, work: () => Promise<void>) => void;
  /** Takes what calls to partners did into the trace of their order; absent where nothing is traced. */
  readonly trace?: TraceCall;
  /** What new orders have to wait for: doors look at it, queues tell it. */
  readonly congestion: Congestion;
  /** Registers what has to hold before the service takes anything: asked once, and again as long as the database is away. What it throws ends the process. */
  readonly checkFirst: (check: () => Promise<void>) => void;
  /** Registers what has to be stopped before the service ends: one after the other in reverse order, but first, all `together`, what waits for an answer from outside. */
  readonly onStop: (stop: () => Promise<void>, turn?: 'together') => void;
}

/** A service as the platform boots it, alone or beside others in one process. */
export interface ServiceDefinition<Config> {
  /** Also its PostgreSQL schema and role (with _ for -). */
  readonly name: string;
  /** Folder of plain SQL files, forward only. */
  readonly migrations: URL;
  /** Mechanisms it uses that have tables of their own. */
  readonly mechanisms?: readonly Migrations[];
  readonly readConfig: (read: ConfigReader) => Config;
  /** Only watches: it sends nothing and is shown each message once, after everybody has decided. */
  readonly projection?: boolean;
  /** Begins to read what it will need of a batch, see `Participant.readAhead`. */
  readonly readAhead?: ReadAhead;
  /** The port of its HTTP controllers, if it has any. */
  readonly httpPort?: (config: Config) => number;
  /** Sets up what the HTTP server needs before it starts: headers, error format, documentation. */
  readonly setUpHttp?: (app: NestExpressApplication) => void;
  readonly module: (runtime: Runtime<Config>) => DynamicModule;
}
