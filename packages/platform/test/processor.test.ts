import { createBroker, createCodec, defaultLimits, outgoing, partitionFor, Processor, type Broker, type Participant, type Received, type Unit } from '@order-mesh/messaging';
import { startTestDatabase, startTestKafka, until, type TestDatabase, type TestKafka } from '@order-mesh/testing';
import { systemClock } from '@order-mesh/kernel';
import { topics, type AnyMessage } from '@order-mesh/contracts';
import { pgMessageStore, query, type Database } from '../src/index.ts';

let kafka: TestKafka;
let postgres: TestDatabase;
let database: Database;
let broker: Broker;
const running: Processor[] = [];
const PARTITIONS = 3;
const troubles: string[] = [];

beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestDatabase()]);
  await postgres.migrate([]);
  database = postgres.open();
  await database.query({ name: 't', text: 'create table noted (id text, participant text, type text)' });
  broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  await broker.createTopics([topics.creditCommands, topics.creditEvents, topics.crmEvents].map((name) => ({ name, partitions: PARTITIONS })));
}, 60_000);

afterEach(async () => {
  await Promise.all(running.splice(0).map((processor) => processor.stop()));
  await database.query({ name: 'clear', text: 'delete from noted' });
}, 60_000);

afterAll(async () => {
  await broker?.close();
  await kafka?.stop();
  await postgres?.stop();
}, 60_000);

/** Asks credit for each order that is placed. */
const orchestrator = (): Participant => ({
  name: 'orchestrator',
  projection: false,
  subscriptions: [
    { topics: [topics.crmEvents], handle: noting('orchestrator', (message, unit) => {
      if (message.type === 'CancelRequested' && message.value.reason === 'poison') throw new Error('this one breaks the handler');
      unit.send({ type: 'ReleaseCredit', value: { orderId: message.key } }, message);
    }) },
    { topics: [topics.creditEvents], handle: noting('orchestrator') },
  ],
});

const credit = (): Participant => ({
  name: 'credit',
  projection: false,
  subscriptions: [{ topics: [topics.creditCommands], handle: noting('credit', (message, unit) => { unit.send({ type: 'CreditReleased', value: { orderId: message.key } }, message); }) }],
});

const view = (): Participant => ({ name: 'view', projection: true, subscriptions: [{ topics: [topics.crmEvents, topics.creditCommands, topics.creditEvents], handle: noting('view') }] });

function noting(participant: string, then: (message: Received, unit: Unit) => void = () => {}) {
  return async (batch: readonly Received[], unit: Unit): Promise<void> => {
    await query(unit.tx, { name: 'note', text: 'insert into noted select unnest($1::text[]), $2, unnest($3::text[])', values: [batch.map(({ id }) => id), participant, batch.map(({ type }) => type)] });
    for (const message of batch) then(message, unit);
  };
}

async function start(participants: readonly Participant[], { groupId = 'group', inPlace = true } = {}): Promise<Processor> {
  const processor = new Processor({
    participants, broker, groupId, inPlace, codec: createCodec(), store: pgMessageStore(database), clock: systemClock,
    watcher: { batch: () => {}, assigned: () => {}, trouble: (what, error) => { troubles.push(`${what}: ${String(error)}`); } }, limits: defaultLimits, partitions: PARTITIONS,
  });
  await processor.start();
  running.push(processor);
  return processor;
}

const cancel = (orderId: string, reason = 'x'): AnyMessage => ({ type: 'CancelRequested', value: { orderId, reason, requestedBy: 't', requestedAt: 0 } });

async function place(messages: readonly AnyMessage[]): Promise<void> {
  const producer = await broker.producer();
  await producer.publish(messages.map((message) => {
    const key = 'orderId' in message.value ? message.value.orderId ?? '' : '';
    return outgoing({ topic: topics.crmEvents, partition: partitionFor(key, PARTITIONS), key, value: createCodec().encode(message), headers: {} });
  }));
  await producer.close();
}

const noted = (): Promise<readonly { participant: string; type: string; count: bigint }[]> =>
  database.query({ name: 'noted', text: 'select participant, type, count(*) from noted group by 1, 2 order by 1, 2' });

async function settled(count: number): Promise<Readonly<Record<string, number>>> {
  await until(`${count} to be released; troubles: ${troubles.slice(-3).join('; ')}`, async () => (await noted()).some(({ participant, type, count: seen }) => participant === 'view' && type === 'CreditReleased' && seen >= count));
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  return Object.fromEntries((await noted()).map(({ participant, type, count: seen }) => [`${participant} ${type}`, Number(seen)]));
}

const all = (count: number) => ({
  'orchestrator CancelRequested': count, 'orchestrator CreditReleased': count, 'credit ReleaseCredit': count,
  'view CancelRequested': count, 'view ReleaseCredit': count, 'view CreditReleased': count,
});

const ids = (prefix: string, count: number): readonly AnyMessage[] => Array.from({ length: count }, (_, index) => cancel(`${prefix}${index}`));

describe.each([['together, hops inside the transaction', true], ['together, every hop over Kafka', false]])('participants %s', (_, inPlace) => {
  it('each take every message exactly once', async () => {
    await start([orchestrator(), credit(), view()], { inPlace });
    await place(ids(`a${inPlace}`, 200));
    expect(await settled(200)).toEqual(all(200));
  }, 60_000);
});

describe('participants apart', () => {
  it('do the same in three groups', async () => {
    await start([orchestrator()], { groupId: 'g1' });
    await start([credit()], { groupId: 'g2' });
    await start([view()], { groupId: 'g3' });
    await place(ids('b', 200));
    expect(await settled(200)).toEqual(all(200));
  }, 60_000);

  it('go on where they were when they move together, and read nothing twice', async () => {
    await start([orchestrator(), credit(), view()], { groupId: 'moved' });
    await place(ids('c', 50));
    expect(await settled(50)).toEqual(all(50));
  }, 60_000);
});

describe('a participant that comes later to a group', () => {
  it('hears what was said before it came, and the others hear nothing twice', async () => {
    const before = await start([orchestrator(), credit(), view()], { groupId: 'grown' });
    await place(ids('n', 60));
    expect(await settled(60)).toEqual(all(60));
    await before.stop();
    const auditor: Participant = { name: 'auditor', projection: false, subscriptions: [{ topics: [topics.crmEvents], handle: noting('auditor') }] };
    await start([orchestrator(), credit(), view(), auditor], { groupId: 'grown' });
    await place(ids('o', 40));
    await until('the auditor to hear all', async () => (await noted()).some(({ participant, count: seen }) => participant === 'auditor' && seen >= 100n));
    expect(await settled(100)).toMatchObject(all(100));
  }, 60_000);
});

describe('copies in Kafka', () => {
  it.each([['in one batch', 0], ['in a later batch', 500]])('are not decided on again: %s', async (_, apartMs) => {
    await start([orchestrator(), credit(), view()]);
    const orderId = `copied${apartMs}`;
    const copy = outgoing({
      topic: topics.crmEvents, partition: partitionFor(orderId, PARTITIONS), key: orderId, value: createCodec().encode(cancel(orderId)), headers: { ce_id: orderId },
    });
    const producer = await broker.producer();
    await producer.publish([copy]);
    await new Promise((resolve) => { setTimeout(resolve, apartMs); });
    await producer.publish([copy]);
    await producer.close();
    await settled(1);
    await until('the view to see both copies', async () => (await noted()).some(({ participant, type, count: seen }) => participant === 'view' && type === 'CancelRequested' && seen === 2n));
    expect(await settled(1)).toEqual({ ...all(1), 'view CancelRequested': 2 });
  }, 60_000);
});

describe('a batch', () => {
  it('takes local work in the same transaction as what it sends', async () => {
    const processor = await start([orchestrator(), credit(), view()]);
    const result = await processor.submit('orchestrator', (unit) => {
      unit.send({ type: 'ReleaseCredit', value: { orderId: 'local' } }, { id: 'root', trace: {} });
      return Promise.resolve('kept');
    });
    expect(result).toBe('kept');
    await until('the answer', async () => (await noted()).some(({ participant, type }) => participant === 'orchestrator' && type === 'CreditReleased'));
  }, 60_000);

  it('buries what breaks a handler and delays nothing good beside it', async () => {
    await start([orchestrator(), credit(), view()]);
    await place([...ids('d', 20), cancel('bad', 'poison'), ...ids('e', 20)]);
    expect(await settled(40)).toMatchObject({ 'orchestrator CancelRequested': 40, 'credit ReleaseCredit': 40, 'view CancelRequested': 41 });
    const letters = await database.query({ name: 'letters', text: 'select participant, key, reason, detail from messaging.dead_letter' });
    expect(letters).toEqual([{ participant: 'orchestrator', key: 'bad', reason: 'handler-failed', detail: 'this one breaks the handler' }]);
  }, 60_000);

  it('rejects only the local work that breaks', async () => {
    const processor = await start([orchestrator(), credit(), view()]);
    const broken = processor.submit('credit', () => Promise.reject(new Error('no')));
    const good = processor.submit('credit', () => Promise.resolve('yes'));
    await expect(broken).rejects.toThrow('no');
    await expect(good).resolves.toBe('yes');
  }, 60_000);

  it('survives PostgreSQL being killed and coming back', async () => {
    await start([orchestrator(), credit(), view()]);
    await place(ids('f', 100));
    await postgres.kill();
    await place(ids('g', 100));
    await postgres.start();
    expect(await settled(200)).toEqual(all(200));
  }, 90_000);

  it('survives the broker being killed and coming back', async () => {
    const processor = await start([orchestrator(), credit(), view()]);
    await kafka.kill();
    const submitted = processor.submit('orchestrator', (unit) => {
      unit.send({ type: 'ReleaseCredit', value: { orderId: 'while-away' } }, { id: 'away', trace: {} });
      return Promise.resolve();
    });
    await submitted;
    await kafka.start();
    await place(ids('h', 100));
    expect(await settled(101)).toMatchObject({ 'orchestrator CancelRequested': 100, 'credit ReleaseCredit': 101, 'view CreditReleased': 101 });
    const left = await until('an empty outbox', async () => (await database.query({ name: 'left', text: 'select id from messaging.outbox' })).length === 0);
    expect(left).toBe(true);
  }, 120_000);
});
