import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startKafka, startPostgres, type KafkaServer, type PostgresServer } from '@order-mesh/embedded';
import { selfSigned } from '@order-mesh/simulator';
import pg from 'pg';
import { bootServices, prepareMesh, service, type Env, type RunningServices } from '../src/index.ts';
import { probeParticipant, probeService } from './probe-service.ts';

const identity = selfSigned('both servers', Date.now());

let folder: string;
let kafka: KafkaServer;
let postgres: PostgresServer;
let running: RunningServices | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-mesh-secured-'));
  await writeFile(join(folder, 'ca.crt'), identity.certificate);
  await writeFile(join(folder, 'other-ca.crt'), selfSigned('somebody else', Date.now()).certificate);
  await writeFile(join(folder, 'password'), 'a-long-password\n');
  [kafka, postgres] = await Promise.all([
    startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), secured: { ...identity, users: { probe: 'a-long-password' } } }),
    startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(), secured: identity }),
  ]);
}, 120_000);
afterAll(async () => {
  await running?.stop();
  await Promise.all([kafka?.stop(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const settings = (ca = 'ca.crt'): Env => ({
  KAFKA_BROKERS: kafka.brokers, KAFKA_PARTITIONS: '3', KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_USERNAME: 'probe',
  KAFKA_SASL_PASSWORD_FILE: join(folder, 'password'), KAFKA_CA_FILE: join(folder, 'ca.crt'),
  DATABASE_URL: `${postgres.url}?sslmode=verify-full&sslrootcert=${join(folder, ca)}`, DATABASE_PASSWORD_FILE: join(folder, 'password'),
  ADMIN_PORT: '0', LOG_LEVEL: 'silent',
});

describe('a service whose Kafka and PostgreSQL want TLS and a login', () => {
  it('is prepared for, and runs without the right to migrate', async () => {
    await prepareMesh([probeService], settings());
    running = await bootServices([service(probeService)], { env: { ...settings(), DATABASE_MIGRATE: 'false' }, groupId: 'probe', beside: [probeParticipant] });
    const answer = await fetch(`http://127.0.0.1:${running.adminPort}/health/live`);
    expect(answer.status).toBe(200);
  }, 60_000);

  it('has every connection to PostgreSQL encrypted', async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const { rows } = await client.query(`select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name in ('probe', 'order-mesh migrate')`);
    await client.end();
    expect(rows).toEqual([{ ssl: true }]);
  });

  it('does not speak to a PostgreSQL with a certificate of somebody else', async () => {
    await expect(prepareMesh([probeService], settings('other-ca.crt'))).rejects.toThrow(/self-signed|unable to verify|certificate/);
  }, 90_000);
});
