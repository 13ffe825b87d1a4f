import type { Duration } from '@order-mesh/kernel';
import type { BrokerSecurity } from '@order-mesh/messaging';
import type { ConfigReader } from './config.ts';
import { readKafkaSecurity } from './kafka-security.ts';
import type { LogLevel } from './log.ts';

/** What every process of the mesh is told by its environment. */
export interface PlatformConfig {
  readonly kafkaBrokers: readonly string[];
  readonly kafkaDriver: 'platformatic' | 'kafkajs';
  readonly kafkaSecurity: BrokerSecurity;
  /** How long a consumer may hear nothing, though records wait, before it is replaced; the second time its process ends. */
  readonly kafkaStallAfter: Duration;
  /** With the password in it, however that was told. */
  readonly databaseUrl: string;
  /** Acts as the role of the service; off where the database gives each service a login of its own. */
  readonly databaseRoles: boolean;
  readonly databaseConnections: number;
  /** How long the database may work on one statement; a connection that says nothing for 2 s longer is destroyed. */
  readonly databaseStatementWithin: Duration;
  readonly migrate: boolean;
  /** Partitions of each order-bound topic; never changed once orders exist. */
  readonly partitions: number;
  readonly adminPort: number;
  readonly logLevel: LogLevel;
  readonly logFile: string;
  readonly policyFile: string;
  readonly schemaRegistryUrl: string;
  /** Collector of traces, OTLP over HTTP; empty: nothing is traced. */
  readonly otlpEndpoint: string;
  /** Address the HTTP servers listen on. */
  readonly bindAddress: string;
}

export function readPlatformConfig(read: ConfigReader): PlatformConfig {
  return {
    kafkaBrokers: read.text('KAFKA_BROKERS', '127.0.0.1:19092').split(',').map((broker) => broker.trim()),
    kafkaDriver: read.oneOf('KAFKA_DRIVER', ['platformatic', 'kafkajs'], 'platformatic'),
    kafkaSecurity: readKafkaSecurity(read),
    kafkaStallAfter: read.duration('KAFKA_STALL_SECONDS', 20, 'seconds'),
    databaseUrl: databaseUrlIn(read),
    databaseRoles: read.flag('DATABASE_ROLES', true),
    databaseConnections: read.whole('DATABASE_CONNECTIONS', 10, 'a whole number of connections'),
    databaseStatementWithin: read.duration('DATABASE_STATEMENT_SECONDS', 20, 'seconds'),
    migrate: read.flag('DATABASE_MIGRATE', true),
    partitions: read.whole('KAFKA_PARTITIONS', 12, 'a whole number of partitions'),
    adminPort: read.whole('ADMIN_PORT', 9464, 'a port number, or 0 for any free one'),
    logLevel: read.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    logFile: read.text('LOG_FILE', ''),
    policyFile: read.text('POLICY_FILE', ''),
    schemaRegistryUrl: read.text('SCHEMA_REGISTRY_URL', ''),
    otlpEndpoint: read.text('OTEL_EXPORTER_OTLP_ENDPOINT', ''),
    bindAddress: read.text('BIND_ADDRESS', '127.0.0.1'),
  };
}

function databaseUrlIn(read: ConfigReader): string {
  const [url, password] = [read.text('DATABASE_URL', 'postgres://postgres@127.0.0.1:15432/postgres'), read.text('DATABASE_PASSWORD', '')];
  if (password === '') return url;
  const parsed = URL.parse(url);
  read.check(parsed !== null && parsed.password === '', 'DATABASE_URL must be an address without a password where DATABASE_PASSWORD is set');
  if (parsed === null) return url;
  parsed.password = encodeURIComponent(password);
  return parsed.href;
}
