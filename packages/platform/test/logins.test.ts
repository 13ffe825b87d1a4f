import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { topics } from '@order-mesh/contracts';
import { freePort, startKafka, startPostgres, type KafkaServer, type PostgresServer } from '@order-mesh/embedded';
import { createBroker, grantAccess, looksOn, outgoing, type Broker, type BrokerSecurity } from '@order-mesh/messaging';
import { selfSigned } from '@order-mesh/simulator';
import { schemaFiles, until } from '@order-mesh/testing';
import pg from 'pg';
import { ensureLogins, HOST_ROLE, migrate, OPERATOR, OWNER, rightsOfServices, topicsOf } from '../src/index.ts';

const identity = selfSigned('both servers', Date.now());
const SERVICES = ['credit', 'erp-adapter', 'audit'];
const PARTITIONS = 3;

let folder: string;
let kafka: KafkaServer;
let postgres: PostgresServer;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-mesh-logins-'));
  await writeFile(join(folder, 'ca.crt'), identity.certificate);
  await writeFile(join(folder, 'other-ca.crt'), selfSigned('somebody else', Date.now()).certificate);
  [kafka, postgres] = await Promise.all([
    startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), secured: { ...identity, users: {}, adminPassword: 'admin-password' } }),
    startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(), secured: identity, password: 'a super password' }),
  ]);
  await Promise.all([letIn(), prepareDatabase()]);
}, 180_000);
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  await Promise.all([kafka?.stop(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const passwordOf = (login: string): string => `${login}'s password`;

async function letIn(): Promise<void> {
  const inside = { brokers: [kafka.innerBrokers ?? ''], clientId: 'starter', security: { sasl: { mechanism: 'PLAIN', username: 'admin', password: 'admin-password' } } } as const;
  const services = SERVICES.map((user) => ({ user, password: passwordOf(user), rights: rightsOfServices([user], user) }));
  await grantAccess(inside, [...services, { user: 'operator', password: passwordOf('operator'), rights: looksOn }, { user: 'stranger', password: passwordOf('stranger'), rights: [] }]);
  const admin = brokerAs('admin', 'admin-password').broker;
  await admin.createTopics(topicsOf(PARTITIONS));
}

async function prepareDatabase(): Promise<void> {
  await ensureLogins(url('postgres', 'a super password'), SERVICES, passwordOf);
  const root = join(import.meta.dirname, '..', '..', '..');
  const wanted = new Set(['messaging', 'rulebook', 'outbound', 'credit', 'erp_adapter', 'audit']);
  await migrate(url(OWNER), schemaFiles(root).filter(({ schema }) => wanted.has(schema)));
}

/** Somebody at Kafka, with what he was told of trouble. */
function brokerAs(username: string, password = passwordOf(username), tls: BrokerSecurity['tls'] = { ca: identity.certificate }): { readonly broker: Broker; readonly troubles: readonly string[] } {
  const troubles: string[] = [];
  const broker = createBroker({
    driver: 'platformatic', brokers: [kafka.brokers], clientId: username, security: { ...(tls && { tls }), sasl: { mechanism: 'SCRAM-SHA-512', username, password } },
    onTrouble: (error) => { troubles.push(inspect(error, { depth: 6 })); },
  });
  open.push(broker);
  return { broker, troubles };
}

async function said(broker: Broker, topic: string): Promise<string> {
  const producer = await broker.producer();
  try {
    await producer.publish([outgoing({ topic, partition: 0, key: 'O1', value: Buffer.from('anything'), headers: {} })]);
    return 'taken';
  } catch (error) {
    return `${String(error)} ${error instanceof Error ? String(error.cause) : ''}`;
  } finally {
    await producer.close();
  }
}

const url = (login: string, password = passwordOf(login), ca = 'ca.crt'): string =>
  `postgres://${login}:${encodeURIComponent(password)}@127.0.0.1:${new URL(postgres.url).port}/postgres?sslmode=verify-full&sslrootcert=${join(folder, ca)}`;

async function asked(at: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: at, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return JSON.stringify((await client.query(sql)).rows);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => {});
  }
}

describe('Kafka with a login for each service', () => {
  it('S9: lets a service write its own topics and be in its own group, refuses another\'s topic and a foreign group, and knows nobody without a login', async () => {
    const { broker: credit } = brokerAs('credit');
    expect(await said(credit, topics.creditEvents)).toBe('taken');
    expect(await said(credit, topics.erpCommands)).toContain('Topic authorization failed');
    const own = await brokerAs('erp-adapter').broker.consumer({ groupId: 'erp-adapter', topics: [topics.erpCommands], maxRecords: 10 });
    expect(await until('the own group', async () => Promise.resolve(own.assigned().length === PARTITIONS))).toBe(true);
    const intruder = brokerAs('credit');
    const consumer = await intruder.broker.consumer({ groupId: 'erp-adapter', topics: [topics.creditCommands], maxRecords: 10 });
    expect(await until('the refusal', async () => Promise.resolve(intruder.troubles.find((trouble) => /group.{0,20}authoriz/i.test(trouble))), 30_000)).toBeDefined();
    expect(consumer.assigned()).toEqual([]);
    const strangers = [brokerAs('stranger').broker.topics(), brokerAs('credit', 'another').broker.topics(), brokerAs('credit', undefined, {}).broker.topics()];
    const answers = await Promise.all(strangers.map((asks) => asks.then((found) => `${found.length} topics`, ({ code }: { readonly code: string }) => code)));
    expect(answers).toEqual(['0 topics', 'BROKER_UNREACHABLE', 'BROKER_UNREACHABLE']);
  }, 120_000);

  it('lets an operator read everything and write nothing', async () => {
    const { broker } = brokerAs('operator');
    expect(await said(broker, topics.creditEvents)).toMatch(/authorization failed/i);
    const reader = await broker.reader({ from: await broker.begins([topics.creditEvents]), maxRecords: 10 });
    expect((await reader.next()).map(({ key }) => key)).toEqual(['O1']);
  }, 60_000);

  it('keeps what a broker needs to come up again where only its owner reads', async () => {
    const files = ['server.properties', 'listener.pem'].map((name) => join(folder, 'kafka', name));
    expect(await Promise.all(files.map(async (file) => ((await stat(file)).mode & 0o777).toString(8)))).toEqual(['600', '600']);
    await expect(stat(join(folder, 'kafka', 'format.args'))).rejects.toThrow('ENOENT');
  });
});

const ENTRY = `insert into audit.entry (position, at, actor, act, subject, fact, message_type, message_id, details, previous, mac)
  values (1, now(), '王芳', 'assigned a case', 'O1', 'f1', 'CaseAssigned', 'm1', '{}', repeat('0', 64), repeat('1', 64))`;

describe('PostgreSQL with a login for each service', () => {
  it('S10: refuses update and delete of the audit log, the tables of another service, more rights than its own, and a server under another certificate', async () => {
    expect(await asked(url('audit'), ENTRY)).toBe('[]');
    for (const statement of ['update audit.entry set actor = actor', 'delete from audit.entry', 'truncate audit.entry']) {
      expect([statement, await asked(url('audit'), statement)]).toEqual([statement, expect.stringMatching(/never changed or removed|permission denied/)]);
    }
    expect(await asked(url('credit'), 'select from audit.entry')).toContain('permission denied for schema audit');
    expect(await asked(url('credit'), 'create schema mine')).toContain('permission denied');
    expect(await asked(url('credit'), `set role ${HOST_ROLE}`)).toContain('permission denied to set role');
    expect(await asked(url(OWNER), 'set role credit')).toContain('permission denied to set role');
    expect(await asked(url(OPERATOR), 'delete from credit.account')).toContain('permission denied');
    expect(await asked(url('credit', undefined, 'other-ca.crt'), 'select 1')).toMatch(/self-signed|unable to verify|certificate/);
    expect(await asked(url('credit', 'another'), 'select 1')).toContain('password authentication failed');
    expect(await asked(`postgres://credit@127.0.0.1:${new URL(postgres.url).port}/postgres`, 'select 1')).toMatch(/no pg_hba\.conf entry|no encryption/);
  }, 60_000);

  it('has no login of a service with rights beyond its tables, and none that owns something', async () => {
    const powers = await asked(url(OPERATOR), `select rolname from pg_roles where rolname in ('credit', 'erp_adapter', 'audit', '${HOST_ROLE}') and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or not rolcanlogin)`);
    expect(powers).toBe('[]');
    const owners = await asked(url(OPERATOR), `select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace in ('credit'::regnamespace, 'messaging'::regnamespace, 'audit'::regnamespace)`);
    expect(owners).toBe(`[{"owner":"${OWNER}"}]`);
    expect(await asked(url('credit'), 'select count(*)::int as count from credit.account')).toBe('[{"count":0}]');
    expect(await asked(url(HOST_ROLE), 'set role credit')).toBe('[]');
  }, 30_000);
});
