import { createBroker, createCodec, defaultLimits, outgoing, partitionFor, Processor, type Broker, type Participant } from '@order-mesh/messaging';
import { startProxy, startTestDatabase, startTestKafka, until, type Proxy, type TestDatabase, type TestKafka } from '@order-mesh/testing';
import { milliseconds, systemClock } from '@order-mesh/kernel';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { isPassing, openDatabase, pgMessageStore, query, type Database } from '../src/index.ts';

const STATEMENT_WITHIN = milliseconds(600);
const PARTITIONS = 3;

let kafka: TestKafka;
let postgres: TestDatabase;
let broker: Broker;
let proxy: Proxy;
let database: Database;
let direct: Database;
let frozen = 0;
/** What happens to the next commit. */
let fault: 'none' | 'answer-lost' | 'commit-lost' | 'reset' = 'none';
const running: Processor[] = [];

beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestDatabase()]);
  await postgres.migrate([]);
  direct = postgres.open();
  await direct.query({ name: 't', text: 'create table noted (id text, type text)' });
  broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  await broker.createTopics([topics.creditCommands, topics.creditEvents].map((name) => ({ name, partitions: PARTITIONS })));
  proxy = await startProxy({ target: Number(new URL(postgres.url).port), onData: (bytes, direction, connection) => {
    // a statement is named when it is bound
    if (fault === 'none' || direction !== 'up' || !bytes.includes('commit\0')) return;
    const now = fault;
    fault = 'none';
    if (now === 'reset') setTimeout(() => { connection.reset(); }, 100);
    connection.hold(now === 'commit-lost' ? 'up' : 'down');
  } });
  const url = new URL(postgres.url);
  url.port = String(proxy.port);
  database = openDatabase({
    url: url.toString(), applicationName: 'mesh', connections: 3, statementWithin: STATEMENT_WITHIN, onTrouble: () => {},
    observer: { statement: () => {}, packet: () => {}, conflict: () => {}, frozen: () => { frozen += 1; }, pool: () => {} },
  });
}, 90_000);

beforeEach(() => { frozen = 0; });

afterEach(async () => {
  await Promise.all(running.splice(0).map((processor) => processor.stop()));
  await direct.query({ name: 'clear', text: 'truncate noted' });
}, 60_000);

afterAll(async () => {
  await broker?.close();
  await database?.close();
  await proxy?.stop();
  await kafka?.stop();
  await postgres?.stop();
}, 60_000);

/** Answers each release; notes what it was asked, so that a second effect would show. */
const credit: Participant = {
  name: 'credit', projection: false,
  subscriptions: [{ topics: [topics.creditCommands], handle: async (batch, unit) => {
    await query(unit.tx, { name: 'note', text: 'insert into noted select unnest($1::text[]), $2', values: [batch.map(({ key }) => key), 'asked'] });
    for (const message of batch) unit.send({ type: 'CreditReleased', value: { orderId: message.key } }, message);
  } }],
};
const listener: Participant = {
  name: 'listener', projection: false,
  subscriptions: [{ topics: [topics.creditEvents], handle: async (batch, unit) => {
    await query(unit.tx, { name: 'note', text: 'insert into noted select unnest($1::text[]), $2', values: [batch.map(({ id }) => id), 'answered'] });
  } }],
};

async function start(participants: readonly Participant[], over: Database, groupId: string): Promise<Processor> {
  const processor = new Processor({
    participants, broker, groupId, inPlace: true, codec: createCodec(), store: pgMessageStore(over), clock: systemClock,
    watcher: { batch: () => {}, assigned: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
  });
  await processor.start();
  running.push(processor);
  return processor;
}

async function ask(...orderIds: readonly string[]): Promise<void> {
  const producer = await broker.producer();
  await producer.publish(orderIds.map((orderId) => {
    const message: AnyMessage = { type: 'ReleaseCredit', value: { orderId } };
    return outgoing({ topic: topics.creditCommands, partition: partitionFor(orderId, PARTITIONS), key: orderId, value: createCodec().encode(message), headers: {} });
  }));
  await producer.close();
}

const noted = async (type: string): Promise<readonly string[]> => (await direct.query<{ id: string }>({ name: 'noted', text: 'select id from noted where type = $1 order by id', values: [type] })).map(({ id }) => id);
const settled = (count: number): Promise<unknown> => until(`${count} answers`, async () => new Set(await noted('answered')).size >= count);

/** Every order was asked once; its answer came, perhaps twice, always as the same message. */
async function expectOnce(...orderIds: readonly string[]): Promise<void> {
  await settled(orderIds.length);
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  expect(await noted('asked')).toEqual([...orderIds].sort());
  expect(new Set(await noted('answered')).size).toBe(orderIds.length);
}

describe('a commit', () => {
  it.each([
    ['whose answer is lost', 'answer-lost', 1],
    // the server ends the session that was left in a transaction before we give it up
    ['that is lost with its connection open', 'commit-lost', 0],
    ['whose connection breaks before the answer', 'reset', 0],
  ] as const)('%s is found out about, and nothing is done twice', async (_, what, destroyed) => {
    await start([listener], direct, `listener-${what}`);
    const processor = await start([credit], database, `credit-${what}`);
    await ask(`${what}-1`);
    await settled(1);
    fault = what;
    await ask(`${what}-2`, `${what}-3`);
    await settled(3);
    expect(fault).toBe('none');
    expect(frozen).toBe(destroyed);
    await ask(`${what}-4`);
    await expectOnce(`${what}-1`, `${what}-2`, `${what}-3`, `${what}-4`);
    expect(processor.obstacle()).toBeNull();
  }, 60_000);
});

describe('a database that answers nothing', () => {
  it('has its connections destroyed, and work goes on where it was when it answers again', async () => {
    await start([listener], direct, 'listener-dark');
    const processor = await start([credit], database, 'credit-dark');
    await ask('dark-1');
    await settled(1);
    proxy.set({ blackhole: 'both' });
    await ask('dark-2', 'dark-3');
    await until('a frozen connection', async () => frozen > 0);
    await until('the obstacle', async () => processor.obstacle()?.startsWith('the database has taken no batch'));
    proxy.heal();
    await expectOnce('dark-1', 'dark-2', 'dark-3');
    await until('no obstacle', async () => processor.obstacle() === null);
  }, 60_000);

  it('does not hold up a batch when the server process of its connection is stopped', async () => {
    await start([listener], direct, 'listener-stopped');
    await start([credit], database, 'credit-stopped');
    await ask('stopped-1');
    await settled(1);
    const pids = await direct.query<{ pid: number }>({ name: 'pids', text: `select pid from pg_stat_activity where application_name = 'mesh'` });
    for (const { pid } of pids) process.kill(pid, 'SIGSTOP');
    await ask('stopped-2');
    try {
      await expectOnce('stopped-1', 'stopped-2');
      expect(frozen).toBeGreaterThan(0);
    } finally {
      for (const { pid } of pids) process.kill(pid, 'SIGCONT');
    }
    await expectOnce('stopped-1', 'stopped-2');
  }, 60_000);

  it('is closed without its answer', async () => {
    const url = new URL(postgres.url);
    url.port = String(proxy.port);
    const other = openDatabase({ url: url.toString(), applicationName: 'other', connections: 1, onTrouble: () => {} });
    await other.query({ name: 'one', text: 'select 1' });
    proxy.set({ blackhole: 'both' });
    const unanswered = other.query({ name: 'one', text: 'select 1' }).catch((error: unknown) => error);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    await other.close();
    expect(isPassing(await unanswered)).toBe(true);
    proxy.heal();
  }, 30_000);
});
