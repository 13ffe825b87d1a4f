import { startTestDatabase, startTestKafka, until, type TestDatabase, type TestKafka } from '@order-mesh/testing';
import pg from 'pg';
import { bootServices, prepareMesh, service, type Env, type RunningServices } from '../src/index.ts';
import { probeParticipant, probeService } from './probe-service.ts';

let kafka: TestKafka;
let postgres: TestDatabase;
let running: RunningServices | undefined;

beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestDatabase()]);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create role deployer login createrole; grant create on database postgres to deployer;
    create role "mesh@tenant" login; create role "probe-login" login; create role stranger login`);
  await client.end();
}, 120_000);
afterEach(async () => {
  await running?.stop();
  running = undefined;
}, 30_000);
afterAll(async () => { await Promise.all([kafka?.stop(), postgres?.stop()]); }, 60_000);

const as = (login: string, more: Env = {}): Env => ({
  KAFKA_BROKERS: kafka.brokers, KAFKA_PARTITIONS: '3', DATABASE_URL: postgres.url.replace('postgres@', `${encodeURIComponent(login)}@`), ADMIN_PORT: '0', LOG_LEVEL: 'silent', ...more,
});
const GRANTS = 'order_mesh_host=mesh@tenant, probe=probe-login|mesh@tenant';

describe('preparing with a login that may create schemas and roles', () => {
  it('is done once and again, and changes nothing then', async () => {
    await prepareMesh([probeService], as('deployer', { DATABASE_GRANTS: GRANTS }));
    await prepareMesh([probeService], as('deployer', { DATABASE_GRANTS: GRANTS }));
  }, 60_000);

  it.each(['mesh@tenant', 'probe-login'])('lets a service run under %s, which may do nothing else', async (login) => {
    running = await bootServices([service(probeService)], { env: as(login, { DATABASE_MIGRATE: 'false' }), groupId: 'probe', beside: [probeParticipant] });
    const { adminPort } = running;
    expect(await until('it is ready', async () => (await fetch(`http://127.0.0.1:${adminPort}/health/ready`)).status === 200)).toBe(true);
  }, 60_000);

  it('gives nothing to anybody else', async () => {
    const boot = bootServices([service(probeService)], { env: as('stranger', { DATABASE_MIGRATE: 'false' }), groupId: 'probe' });
    await expect(boot).rejects.toThrow('permission denied');
  }, 30_000);

  it('says where it looked for a database that is not there, and not with which password', async () => {
    const url = new URL(as('deployer')['DATABASE_URL'] ?? '');
    url.pathname = '/elsewhere';
    url.password = 'secret';
    const failure = await prepareMesh([probeService], as('deployer', { DATABASE_URL: url.href })).then(() => null, (error: unknown) => error);
    expect(failure).toMatchObject({ code: 'DATABASE_UNREACHABLE', advice: `PostgreSQL at ${url.host}/elsewhere says: database "elsewhere" does not exist; check DATABASE_URL and whether it runs` });
  }, 30_000);

  it('says which grant it does not understand, or does not know', async () => {
    await expect(prepareMesh([probeService], as('deployer', { DATABASE_GRANTS: 'probe' }))).rejects.toThrow('DATABASE_GRANTS must be such as "order_mesh_host=mesh, credit=credit-login", got "probe"');
    await expect(prepareMesh([probeService], as('deployer', { DATABASE_GRANTS: 'postgres=stranger' }))).rejects.toThrow('DATABASE_GRANTS names a role that is no service\'s: postgres');
  }, 30_000);
});
