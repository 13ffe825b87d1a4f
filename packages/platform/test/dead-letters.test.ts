import { registry, topics, type AnyMessage, type LetterDecided } from '@order-mesh/contracts';
import { systemClock } from '@order-mesh/kernel';
import { createBroker, createCodec, defaultLimits, outgoing, packRecords, partitionFor, Processor, unpackRecords, type Broker, type OutgoingRecord, type Participant, type Received } from '@order-mesh/messaging';
import { startTestDatabase, startTestKafka, until, type TestDatabase, type TestKafka } from '@order-mesh/testing';
import { deadLetters, pgMessageStore, query, type Database, type DeadLetters, type Letter, type LetterStatus } from '../src/index.ts';

const PARTITIONS = 3;
const codec = createCodec();

let kafka: TestKafka;
let postgres: TestDatabase;
let database: Database;
let broker: Broker;
let letters: DeadLetters;
/** Reasons that the desk's code breaks on, as long as they are in here. */
const broken = new Set<string>();
const running: Processor[] = [];

beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestDatabase()]);
  await postgres.migrate([]);
  database = postgres.open();
  await database.query({ name: 'create', text: 'create table taken (participant text, id text, key text, reason text)' });
  broker = createBroker({ driver: 'platformatic', brokers: [kafka.brokers], clientId: 'test' });
  await broker.createTopics([topics.crmEvents, topics.lettersEvents].map((name) => ({ name, partitions: PARTITIONS })));
}, 90_000);

afterEach(async () => {
  broken.clear();
  await Promise.all(running.splice(0).map((processor) => processor.stop()));
}, 60_000);

afterAll(async () => {
  await broker?.close();
  await kafka?.stop();
  await postgres?.stop();
}, 60_000);

/** What was told of letters, each decision once. */
const decisions = new Map<string, LetterDecided>();

const desk = (name: string): Participant => ({
  name, projection: false,
  subscriptions: [{ topics: [topics.lettersEvents], handle: async (batch, unit) => {
    unit.afterCommit(() => { for (const { type, value } of batch) if (type === 'LetterDecided') decisions.set(`${value.letterId} ${value.decision}`, value); });
  } }, { topics: [topics.crmEvents], handle: async (batch, unit) => {
    const reason = ({ value }: Received): string => ('reason' in value ? value.reason ?? '' : '');
    if (batch.some((message) => broken.has(`${name}:${reason(message)}`))) throw new Error('divided by zero');
    await query(unit.tx, { name: 'take', text: 'insert into taken select $1, unnest($2::text[]), unnest($3::text[]), unnest($4::text[])', values: [name, batch.map(({ id }) => id), batch.map(({ key }) => key), batch.map(reason)] });
  } }],
});

async function start(...names: readonly string[]): Promise<Processor> {
  const processor = new Processor({
    participants: names.map(desk), broker, groupId: names.join('-'), inPlace: true, codec, store: pgMessageStore(database), clock: systemClock,
    watcher: { batch: () => {}, assigned: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
  });
  await processor.start();
  running.push(processor);
  letters = deadLetters({ database, codec, submit: (participant, work) => processor.submit(participant, work) });
  return processor;
}

const cancel = (orderId: string, reason: string): AnyMessage => ({ type: 'CancelRequested', value: { orderId, reason, requestedBy: '王芳', requestedAt: 1_000 } });

async function publish(records: readonly { readonly key: string; readonly value: Buffer; readonly headers?: Readonly<Record<string, string>> }[]): Promise<void> {
  const producer = await broker.producer();
  await producer.publish(records.map(({ key, value, headers = {} }) => outgoing({ topic: topics.crmEvents, partition: partitionFor(key, PARTITIONS), key, value, headers })));
  await producer.close();
}

const buried = (orderId: string, count: number): Promise<readonly Letter[]> => until(`${count} letters of ${orderId}`, async () => {
  const found = await letters.list({ orderId, limit: 10 });
  return found.length === count && found;
});
const stands = (id: string, status: LetterStatus): Promise<Letter> => until(`letter ${id} ${status}`, async () => {
  const found = await letters.find(id);
  return found?.letter.status === status && found.letter;
});
const taken = (key: string) => database.query<{ readonly participant: string; readonly id: string; readonly reason: string }>({ name: 'taken', text: 'select participant, id, reason from taken where key = $1 order by participant, id', values: [key] });
const countTaken = async (): Promise<bigint> => (await database.query<{ readonly count: bigint }>({ name: 'all', text: 'select count(*) from taken' }))[0]?.count ?? 0n;
const by = (note = '') => ({ by: '李娜', note });
const idOf = (letter: Letter | undefined): string => letter?.id ?? '';

describe('a dead letter', () => {
  it('tells the cause in words, the message, and whose it is', async () => {
    await start('credit');
    const good = codec.encode(cancel('a1', 'x'));
    await publish([{ key: 'a1', value: good.subarray(0, good.length - 1), headers: { ce_id: 'm1', ce_type: 'CancelRequested', ce_source: '/order-mesh/gateway' } }, { key: 'a2', value: good }]);
    const [letter] = await buried('a1', 1);
    expect(letter).toMatchObject({
      status: 'open', service: 'credit', topic: topics.crmEvents, key: 'a1', orderId: 'a1', reason: 'truncated', reasonClass: 'undecodable', type: 'CancelRequested', sender: 'gateway',
      originalId: 'm1', attempts: 1, sizeBytes: good.length - 1, detail: 'the message ends within CancelRequested.requestedAt', advice: expect.stringContaining('send it again'),
    });
    expect(await taken('a2')).toHaveLength(1);
    expect(await letters.find(idOf(letter))).toMatchObject({ message: null, value: good.subarray(0, good.length - 1) });
  }, 60_000);

  it('is found by topic, service, class, order, time and words', async () => {
    await start('credit');
    const count = async (filter: object): Promise<number> => (await letters.list({ orderId: 'a1', limit: 10, ...filter })).length;
    expect(await Promise.all([
      count({ topic: topics.crmEvents }), count({ topic: 'other' }), count({ service: 'credit' }), count({ service: 'stock' }), count({ reasonClass: 'undecodable' }),
      count({ reasonClass: 'too-large' }), count({ since: Date.now() - 60_000 }), count({ since: Date.now() + 60_000 }), count({ text: 'ENDS within' }), count({ text: '100%' }), count({ status: 'dropped' }),
    ])).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0]);
  }, 60_000);

  it('is read on from the one seen last, oldest first, as long as it is open', async () => {
    await start('credit');
    const [before] = await letters.list({ limit: 1 });
    const good = codec.encode(cancel('a3', 'x'));
    await publish(Array.from({ length: 3 }, () => ({ key: 'a3', value: good.subarray(0, good.length - 1) })));
    const [third, second, first] = await buried('a3', 3);
    const after = async (id: string | null, limit = 10, since = 0) => (await letters.openAfter(id, { since, limit })).map((letter) => letter.id);
    expect(await after(idOf(before))).toEqual([first, second, third].map(idOf));
    expect([await after(idOf(first), 1), await after(idOf(third)), await after(null, 10, Date.now() + 60_000)]).toEqual([[idOf(second)], [], []]);
    expect(await after(null)).toContain(idOf(before));
    await letters.drop(idOf(second), by());
    expect(await after(idOf(before))).toEqual([first, third].map(idOf));
  }, 60_000);

  it('is edited field by field, replayed and settled; others never see it', async () => {
    await start('credit', 'stock');
    const good = codec.encode(cancel('b1', 'x'));
    await publish([{ key: 'b1', value: good.subarray(0, good.length - 1), headers: { ce_id: 'm2' } }]);
    const [, first] = await buried('b1', 2);
    const wrong = await letters.edit(idOf(first), { type: 'CancelRequested', value: { orderId: 'b1', reason: 7, requestedBy: '王芳', requestedAt: 'today', extra: 1 } }, by());
    expect(wrong).toEqual({ type: 'invalid', faults: [
      { field: 'value.extra', detail: 'is no field here; the fields are orderId, reason, requestedBy, requestedAt' }, { field: 'value.reason', detail: 'must be text' },
      { field: 'value.requestedAt', detail: expect.stringContaining('ISO 8601') },
    ] });
    const strange = await letters.edit(idOf(first), { type: 'CancelRequested', value: { orderId: 'b2', reason: '', requestedBy: '', requestedAt: '2026-03-01T00:00:00Z' } }, by());
    expect(strange).toMatchObject({ type: 'invalid', faults: [{ field: 'value.orderId', detail: expect.stringContaining('must stay "b1"') }] });
    const edited = await letters.edit(idOf(first), { type: 'CancelRequested', value: { orderId: 'b1', reason: 'repaired', requestedBy: '王芳', requestedAt: '2026-03-01T00:00:00Z' } }, by('it was cut'));
    const copies = edited.type === 'edited' ? edited.copies : [];
    expect(copies.map(({ service, edited: isEdited, originalId }) => [service, isEdited, originalId])).toEqual([['credit', true, 'm2'], ['stock', true, 'm2']]);
    const copy = copies.find(({ service }) => service === 'credit');
    expect(await letters.replay(idOf(copy), by())).toMatchObject({ type: 'replaying' });
    await stands(idOf(copy), 'settled');
    expect(await taken('b1')).toEqual([{ participant: 'credit', id: `m2.replay-${idOf(copy)}`, reason: 'repaired' }]);
    expect((await letters.find(idOf(copy)))?.lineage.map(({ status, decidedBy }) => [status, decidedBy])).toEqual([['edited', '李娜'], ['settled', '李娜']]);
    expect(await letters.replay(idOf(copy), by())).toEqual({ type: 'closed', why: expect.stringContaining('settled') });
    const told = await until('both decisions', async () => {
      const found = [...decisions.values()].filter(({ orderId }) => orderId === 'b1');
      return found.length === 2 && found;
    });
    expect(told).toEqual([
      { letterId: idOf(first), decision: 'edited', decidedBy: '李娜', note: 'it was cut', service: first?.service, original: first?.original, reason: 'truncated', orderId: 'b1', at: expect.any(Number) },
      { letterId: idOf(copy), decision: 'replayed', decidedBy: '李娜', note: '', service: 'credit', original: first?.original, reason: 'truncated', orderId: 'b1', at: expect.any(Number) },
    ]);
  }, 60_000);

  it('that is still wrong fails again and leads to the letter after it; mended, it is settled', async () => {
    broken.add('credit:bug');
    await start('credit');
    await publish([{ key: 'c1', value: codec.encode(cancel('c1', 'bug')) }, { key: 'c1', value: codec.encode(cancel('c1', 'good')) }]);
    const [first] = await buried('c1', 1);
    expect(first).toMatchObject({ reason: 'handler-failed', reasonClass: 'refused-by-handler', detail: 'divided by zero', attempts: 3 });
    await until('the good one', async () => (await taken('c1')).some(({ reason }) => reason === 'good'));
    await letters.replay(idOf(first), by());
    await stands(idOf(first), 'failed-again');
    const [second] = await buried('c1', 2);
    expect(second).toMatchObject({ status: 'open', parentId: idOf(first), attempts: 6, original: first?.original, originalId: first?.originalId });
    broken.clear();
    await letters.replay(idOf(second), by());
    await stands(idOf(second), 'settled');
    expect((await taken('c1')).map(({ reason }) => reason).sort()).toEqual(['bug', 'good']);
  }, 60_000);

  it('is dropped with a reason, and never deleted or changed', async () => {
    await start('credit');
    await publish([{ key: 'd1', value: Buffer.from('<html>') }]);
    const [letter] = await buried('d1', 1);
    expect(await letters.drop(idOf(letter), by('a scanner'))).toMatchObject({ type: 'dropped', letter: { status: 'dropped', decidedBy: '李娜', note: 'a scanner' } });
    expect(await letters.edit(idOf(letter), { type: 'x', value: {} }, by())).toEqual({ type: 'closed', why: `letter ${idOf(letter)} was dropped by 李娜: a scanner` });
    expect(await letters.drop('999999', by())).toEqual({ type: 'unknown' });
    await expect(database.query({ name: 'delete', text: 'delete from messaging.dead_letter' })).rejects.toThrow('never deleted');
    await expect(database.query({ name: 'change', text: `update messaging.dead_letter set value = 'x'` })).rejects.toThrow('never changed');
  }, 60_000);

  it('of a message on the wrong topic, or larger than is read, blocks nobody', async () => {
    await start('credit');
    // an order that announces 20,000 lines
    const endless = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0xb8, 0x02]);
    endless.writeInt32BE(registry.find(({ name }) => name === 'OrderPlaced')?.id ?? 0, 1);
    await publish([{ key: 'e1', value: codec.encode({ type: 'ReleaseCredit', value: { orderId: 'e1' } }) }, { key: 'e1', value: endless }, { key: 'e1', value: codec.encode(cancel('e1', 'good')) }]);
    expect(await buried('e1', 2)).toMatchObject([
      { reason: 'too-large', reasonClass: 'too-large', detail: 'OrderPlaced.lines has more than 10000 items' },
      { reason: 'wrong-topic', reasonClass: 'unroutable', detail: 'ReleaseCredit belongs on credit.commands.v1' },
    ]);
    await until('the good one', async () => (await taken('e1')).length === 1);
  }, 60_000);
});

describe('a replay', () => {
  it('is taken once, however often it is published and whoever is killed in between', async () => {
    broken.add('credit:later');
    const processor = await start('credit');
    await publish([{ key: 'f1', value: codec.encode(cancel('f1', 'later')) }]);
    const [letter] = await buried('f1', 1);
    broken.clear();
    // committed, and lost before anything was published: what a crash leaves is the row of the outbox
    await processor.stop();
    running.length = 0;
    const store = pgMessageStore(database);
    const lost = deadLetters({ database, codec, submit: (_participant, work) => database.transaction(async (tx) => {
      const records: OutgoingRecord[] = [];
      const result = await work({ tx, now: 0, send: () => {}, afterCommit: () => {} }, (record) => { records.push(record); });
      await store.writeOutbox(tx, packRecords(records));
      return result;
    }) });
    expect(await lost.replay(idOf(letter), by())).toMatchObject({ type: 'replaying' });
    // published, and the publisher died before it dropped the row: it is published again
    const left = await store.leftInOutbox(0);
    const producer = await broker.producer();
    for (const { records } of left) await producer.publish(unpackRecords(records));
    await producer.close();
    await start('credit');
    await stands(idOf(letter), 'settled');
    await until('an empty outbox', async () => (await store.leftInOutbox(0)).length === 0);
    await publish([{ key: 'f1', value: codec.encode(cancel('f1', 'after')) }]);
    await until('what came after', async () => (await taken('f1')).some(({ reason }) => reason === 'after'));
    expect((await taken('f1')).map(({ reason }) => reason).sort()).toEqual(['after', 'later']);
    expect(await letters.list({ orderId: 'f1', limit: 10 })).toHaveLength(1);
  }, 90_000);

  it('waits for a service that is away, and is settled by it in its own process', async () => {
    broken.add('far:away');
    const far = await start('far');
    await publish([{ key: 'g1', value: codec.encode(cancel('g1', 'away')) }]);
    const [letter] = await buried('g1', 1);
    await far.stop();
    running.length = 0;
    broken.clear();
    await start('near');
    await letters.replay(idOf(letter), by());
    expect(await letters.replay(idOf(letter), by())).toMatchObject({ type: 'closed', why: expect.stringContaining('on its way') });
    // in case the first was lost: of both copies one is taken
    expect(await letters.replay(idOf(letter), by(), true)).toMatchObject({ type: 'replaying' });
    await new Promise((resolve) => { setTimeout(resolve, 1_000); });
    expect((await letters.find(idOf(letter)))?.letter.status).toBe('replaying');
    await start('far');
    await stands(idOf(letter), 'settled');
    await publish([{ key: 'g1', value: codec.encode(cancel('g1', 'after')) }]);
    await until('what came after', async () => (await taken('g1')).filter(({ reason }) => reason === 'after').length === 2);
    expect((await taken('g1')).filter(({ reason }) => reason === 'away').map(({ participant }) => participant)).toEqual(['far', 'near']);
  }, 90_000);

  it('from offset 0 changes nothing: what was taken stays taken', async () => {
    await start('credit');
    await publish(Array.from({ length: PARTITIONS * 10 }, (_, index) => ({ key: `i${index}`, value: codec.encode(cancel(`i${index}`, 'old')) })));
    await until('all there is', async () => (await database.query({ name: 'old', text: `select from taken where reason = 'old'` })).length === PARTITIONS * 10);
    const before = await countTaken();
    const found = await letters.list({ service: 'credit', limit: 100 });
    await Promise.all(running.splice(0).map((processor) => processor.stop()));
    const again = new Processor({
      participants: [desk('credit')], broker, groupId: 'knows-no-offset', inPlace: true, codec, store: pgMessageStore(database), clock: systemClock,
      watcher: { batch: () => {}, assigned: () => {}, trouble: () => {} }, limits: defaultLimits, partitions: PARTITIONS,
    });
    await again.start();
    running.push(again);
    await publish([{ key: 'h1', value: codec.encode(cancel('h1', 'new')) }]);
    await until('what is new', async () => (await taken('h1')).length === 1);
    expect(await countTaken()).toBe(before + 1n);
    expect(await letters.list({ service: 'credit', limit: 100 })).toEqual(found);
  }, 90_000);
});
