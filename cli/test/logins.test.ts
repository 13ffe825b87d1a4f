import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { topics } from '@order-mesh/contracts';
import { freePort, startKafka, startPostgres } from '@order-mesh/embedded';
import { createBroker, outgoing, packRecords, type Broker } from '@order-mesh/messaging';
import { migrate, topicsOf } from '@order-mesh/platform';
import { loadSample } from '@order-mesh/simulator';
import { until } from '@order-mesh/testing';
import pg from 'pg';
import { openSalesDesk } from '../src/demo/sales-desk.ts';
import { knowsMasterData } from '../src/demo/warm-up.ts';
import { migrationsHere } from '../src/up/migrations-here.ts';
import { kafkaAdmin, kafkaLogin, meshScript, newDataDir, startMesh, superuserUrl, type RunningMesh } from './running-mesh.ts';
import { violationsAtRest } from './violations.ts';

const run = promisify(execFile);
const PARTITIONS = 12;
/** Left in the outbox by a process of all services: no single one may write both topics. */
const LEFT = [topics.creditCommands, topics.erpEvents];
let mesh: RunningMesh;

beforeAll(async () => {
  const dataDir = await newDataDir();
  await makeFolderOfBefore(dataDir).catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  mesh = await startMesh({ dataDir, flags: ['--processes'] });
  await knowsMasterData(mesh.note().addresses, true);
}, 300_000);
afterAll(() => mesh?.stop(), 60_000);

/** What a release without logins has left: everybody may come in, and all is owned by the superuser. */
async function makeFolderOfBefore(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const [kafka, postgres] = await Promise.all([startKafka({ dataDir: join(dataDir, 'kafka'), port: await freePort() }), startPostgres({ dataDir: join(dataDir, 'postgres'), port: await freePort() })]);
  const broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'before' });
  try {
    await fillFolderOfBefore(broker, postgres.url);
  } finally {
    await broker.close();
    await Promise.all([kafka.stop(), postgres.stop()]);
  }
}

async function fillFolderOfBefore(broker: Broker, url: string): Promise<void> {
  // a busy machine may take longer than one try waits
  await until('the topics', async () => broker.createTopics(topicsOf(PARTITIONS)).then(() => true), 90_000);
  await migrate(url, await migrationsHere());
  const records = packRecords(LEFT.map((topic) => outgoing({ topic, partition: 0, key: 'left', value: Buffer.from('left in the outbox'), headers: {} })));
  await asked(url, `insert into messaging.outbox (records) values ('\\x${records.toString('hex')}')`);
}

async function asked<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const logins = async (...args: readonly string[]): Promise<string> => (await run(process.execPath, [meshScript, 'logins', ...args, '--data-dir', mesh.dataDir])).stdout.trim();

describe('a folder of a release without logins, and a process for each service', () => {
  it('goes on: each service comes in under its own login, and orders reach finance', async () => {
    const placed = await (await openSalesDesk(mesh.note().addresses.salesforce)).place(loadSample().orders.slice(0, 5));
    for (const { orderId } of placed) expect(await mesh.ended(orderId, 60_000)).toMatchObject({ status: 'confirmed' });
    const seen = await asked<{ readonly who: string }>(superuserUrl(mesh), `select distinct usename as who from pg_stat_activity where application_name in ('credit', 'finance', 'order-orchestrator') order by 1`);
    expect(seen.map(({ who }) => who)).toEqual(['credit', 'finance', 'order_orchestrator']);
    expect(await violationsAtRest(mesh.note().addresses)).toEqual([]);
  }, 180_000);

  it('publishes what was left in its outbox, each record by whoever may write it', async () => {
    await until('the outbox to be empty', async () => (await asked(superuserUrl(mesh), `select from messaging.outbox where created_at < now() - interval '10 seconds'`)).length === 0, 60_000);
    const letters = await until('what was left to be told', async () => {
      const rows = await asked<{ readonly topic: string }>(superuserUrl(mesh), `select distinct topic from messaging.dead_letter where key = 'left' order by topic`);
      return rows.length === LEFT.length && rows.map(({ topic }) => topic);
    }, 60_000);
    expect(letters).toEqual(LEFT);
  }, 120_000);

  it('is shut: nobody comes in without a login, not even from this machine', async () => {
    const { databaseUrl, kafkaBrokers } = mesh.note().addresses;
    await expect(asked(`postgres://postgres@${new URL(databaseUrl).host}/postgres`, 'select 1')).rejects.toThrow(/password/);
    const nobody = createBroker({ driver: 'platformatic', brokers: [kafkaBrokers], clientId: 'nobody' });
    await expect(nobody.topics()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
    await nobody.close();
  }, 60_000);

  it('belongs to the owner, who is no service', async () => {
    const owners = await asked<{ readonly owner: string }>(superuserUrl(mesh), `select distinct pg_get_userbyid(relowner) as owner from pg_class c join pg_namespace n on n.oid = relnamespace where nspname !~ '^pg_|^information_schema$|^public$'`);
    expect(owners).toEqual([{ owner: 'order_mesh_owner' }]);
  }, 30_000);
});

describe('mesh logins', () => {
  it('lets a person look into both with one command each, and change nothing', async () => {
    const url = await logins('postgres');
    expect(await asked(url, 'select count(*)::int as orders from order_orchestrator.saga')).toEqual([{ orders: 5 }]);
    await expect(asked(url, 'delete from order_orchestrator.saga')).rejects.toThrow('permission denied');
    expect(await logins('kafka')).toMatch(/^bootstrap\.servers=127\.0\.0\.1:\d+\nsecurity\.protocol=SASL_PLAINTEXT\nsasl\.mechanism=SCRAM-SHA-512\nsasl\.jaas\.config=.*username="operator" password="[\w-]{43}";$/);
  }, 60_000);

  it('says who may log in, and is told of a login that is not there', async () => {
    expect(await logins()).toMatch(/kafka +credit +.*logins\/kafka\/credit\n/);
    await expect(logins('postgres', '--as', 'nobody')).rejects.toMatchObject({ stderr: expect.stringContaining('postgres has no login nobody; it has approvals, audit') });
  }, 60_000);
});

/** What this process listens on: address and port, out of what the kernel knows. */
async function listensOn(pid: number): Promise<readonly { readonly address: string; readonly port: number }[]> {
  const sockets = new Set((await Promise.all((await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))).map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')));
  return tables.flatMap((text) => text.trim().split('\n').slice(1)).map((line) => line.trim().split(/\s+/)).filter(([, , , state, , , , , , inode]) => state === LISTENS && sockets.has(inode))
    .map(([, local = '']) => ({ address: local.split(':')[0] ?? '', port: Number.parseInt(local.split(':')[1] ?? '', 16) }));
}

const LISTENS = '0A';
/** 127.0.0.1 as the kernel writes it, alone and inside IPv6, and ::1. */
const LOOPBACK = ['0100007F', '0000000000000000FFFF00000100007F', '00000000000000000000000001000000'];

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('S28: every part listens on this machine alone; metrics are on the admin port and nowhere else, and neither they nor health tell versions, paths or errors', async () => {
  const { processes, addresses } = mesh.note();
  const found = (await Promise.all(Object.values(processes).map(listensOn))).flat();
  expect(Object.keys(processes)).toHaveLength(17);
  expect(found.length).toBeGreaterThan(25);
  expect(found.filter(({ address }) => !LOOPBACK.includes(address))).toEqual([]);
  const admin = new Set(addresses.admin.map((url) => Number(new URL(url).port)));
  const metricsAt = async (port: number): Promise<number> => fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(3_000) }).then(({ status }) => status, () => 0);
  const open = await Promise.all(found.map(async ({ port }) => ({ port, status: await metricsAt(port) })));
  expect(new Set(open.filter(({ status }) => status === 200).map(({ port }) => port))).toEqual(admin);
  const answers = await Promise.all([...addresses.admin, addresses.gateway].flatMap((at) => ['live', 'ready'].map(async (what) => (await fetch(`${at}/health/${what}`)).text())));
  expect(new Set(answers)).toEqual(new Set(['{"status":"live"}', '{"status":"ready"}']));
  for (const at of [...addresses.admin.slice(0, 1), addresses.gateway]) {
    const unknown = await fetch(`${at}/health/../etc/passwd%00`);
    expect(`${unknown.headers.get('server') ?? ''}${unknown.headers.get('x-powered-by') ?? ''}${await unknown.text()}`).not.toMatch(/node_modules|\/work|\.[jt]s:\d|at \w+ \(|Express|v\d+\.\d+/);
  }
  expect(await (await fetch(`${addresses.admin[0]}/metrics`)).text()).not.toMatch(/node_modules|postgres:\/\/|nodejs_version_info|password/);
}, 90_000);

it('lets a service that was taken over do nothing in the name of another', async () => {
  const { kafkaBrokers } = mesh.note().addresses;
  const publish = async (security: ReturnType<typeof kafkaAdmin>): Promise<string> => {
    const broker = createBroker({ driver: 'platformatic', brokers: [kafkaBrokers], clientId: 'taken-over', security });
    const producer = await broker.producer();
    try {
      return await producer.publish([outgoing({ topic: topics.approvalsEvents, partition: 0, key: 'forged', value: Buffer.from('granted'), headers: {} })]).then(() => 'taken', ({ cause }: Error) => String(cause));
    } finally {
      await broker.close();
    }
  };
  expect(await publish(kafkaLogin(mesh.dataDir, 'logistics'))).toContain('Topic authorization failed');
  expect(await publish(kafkaAdmin(mesh))).toBe('taken');
}, 60_000);
