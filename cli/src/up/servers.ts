import { join } from 'node:path';
import { startKafka, startPostgres, type ServerProcess } from '@order-mesh/embedded';
import { KAFKA_ADMIN, KAFKA_HOST, KAFKA_OPERATOR, openLogins, POSTGRES_HOST, POSTGRES_OPERATOR, POSTGRES_SUPERUSER, type Logins } from './logins.ts';
import type { Addresses } from './addresses.ts';
import type { Plan, ServiceHost } from './plan.ts';

/** The Kafka and the PostgreSQL of a mesh's own: nobody comes in without a login, and each login may what it needs. */
export interface OwnServers {
  kafka(say: (line: string) => void): Promise<ServerProcess>;
  postgres(say: (line: string) => void): Promise<ServerProcess>;
  /** As whom a process of services logs in. */
  envOf(host: ServiceHost): Readonly<Record<string, string>>;
  /** With the login of whoever looks. */
  addresses(): Addresses;
}

export function ownServers(plan: Pick<Plan, 'dataDir' | 'outside' | 'ports' | 'addresses'>): OwnServers {
  const { dataDir, outside, ports, addresses } = plan;
  const logins = openLogins(dataDir);
  return {
    async kafka(log) {
      // its code is read while the server starts
      const access = import('./access.ts');
      access.catch(() => {});
      const server = await startKafka({ dataDir: join(dataDir, 'kafka'), port: ports.kafka, log, secured: { users: {}, adminPassword: logins.passwordOf('kafka', KAFKA_ADMIN) } });
      return unlessFailed(server, async () => { await (await access).letInToKafka({ ...server, logins, env: process.env }); });
    },
    async postgres(log) {
      const access = import('./access.ts');
      access.catch(() => {});
      const server = await startPostgres({ dataDir: join(dataDir, 'postgres'), port: ports.postgres, log, password: logins.passwordOf('postgres', POSTGRES_SUPERUSER) });
      return unlessFailed(server, async () => { await (await access).prepareDatabase(server.url, logins); });
    },
    envOf: ({ service }) => ({
      ...(outside.kafkaBrokers === undefined && kafkaEnv(logins, service ?? KAFKA_HOST)),
      ...(outside.databaseUrl === undefined && databaseEnv(logins, ports.postgres, service?.replaceAll('-', '_') ?? POSTGRES_HOST)),
    }),
    addresses: () => ({
      ...addresses,
      ...(outside.kafkaBrokers === undefined && { kafkaSecurity: { sasl: { mechanism: 'SCRAM-SHA-512', username: KAFKA_OPERATOR, password: logins.passwordOf('kafka', KAFKA_OPERATOR) } } }),
      ...(outside.databaseUrl === undefined && { databaseUrl: `postgres://${POSTGRES_OPERATOR}:${logins.passwordOf('postgres', POSTGRES_OPERATOR)}@127.0.0.1:${ports.postgres}/postgres` }),
    }),
  };
}

const kafkaEnv = (logins: Logins, login: string): Readonly<Record<string, string>> => ({
  KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SASL_USERNAME: login, KAFKA_SASL_PASSWORD_FILE: logins.fileOf('kafka', login),
});

/** What is missing of the schema has run by then, under the owner's login. */
const databaseEnv = (logins: Logins, port: number, login: string): Readonly<Record<string, string>> => ({
  DATABASE_URL: `postgres://${login}@127.0.0.1:${port}/postgres`, DATABASE_PASSWORD_FILE: logins.fileOf('postgres', login), DATABASE_MIGRATE: 'false',
});

async function unlessFailed(server: ServerProcess, work: () => Promise<void>): Promise<ServerProcess> {
  try {
    await work();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
