import { seconds } from '@order-mesh/kernel';
import { outboundMigrations, partnerBoard, pgCallLedger, type CallLedger, type CallUpdate, type NewCall, type Partner } from '@order-mesh/outbound';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import type { Database } from '@order-mesh/platform';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';

const NOW = Date.UTC(2026, 0, 5, 8);
const RATES = { perSecond: 100, ledgerPerSecond: 20 };
const call = (key: string): NewCall => ({
  key, operation: 'book', orderId: key, ledger: 'C1', request: {}, giveUpAt: NOW + seconds(600), repeatable: false, priority: 0, lease: { by: 'w1', until: NOW + seconds(6) },
});

let server: TestDatabase;
let database: Database;
let now = NOW;
beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([outboundMigrations]);
  database = server.open();
}, 60_000);
afterAll(() => server.stop());

const board = () => partnerBoard(database, () => now);
const ledgerOf = (service: string, system: string): CallLedger => pgCallLedger({ service, system, database });
/** Acts on the board in a transaction of its own, and gives what was told of it. */
async function act(work: (unit: Unit) => Promise<boolean>): Promise<{ readonly done: boolean; readonly told: readonly Outgoing[] }> {
  const told: Outgoing[] = [];
  const done = await database.transaction((tx) => work({ tx, now, send: (message) => { told.push(message); }, afterCommit: () => {} }));
  return { done, told };
}
const pause = (system: string, by: string, note: string) => act((unit) => board().pause(unit, system, { by, note }));
const resume = (system: string, by: string) => act((unit) => board().resume(unit, system, by));
const only = async (system: string): Promise<readonly Partner[]> => (await board().list()).filter((one) => one.system === system);

/** A partner with five calls: two waiting, of one of them the outcome unknown, and one of each end. */
async function busy(system: string): Promise<CallLedger> {
  const ledger = ledgerOf('erp-adapter', system);
  const updates: readonly CallUpdate[] = [
    { type: 'again', key: `${system}2`, attempts: 1, known: 'unknown', nextAt: NOW, detail: 'lost' },
    { type: 'settled', key: `${system}3`, attempts: 1, outcome: { type: 'answered', answer: null } },
    { type: 'settled', key: `${system}4`, attempts: 1, outcome: { type: 'refused', reason: 'no', detail: 'no' } },
    { type: 'settled', key: `${system}5`, attempts: 9, outcome: { type: 'failed', detail: 'late', surelyNotDone: false } },
  ];
  await database.transaction(async (tx) => {
    await ledger.register(tx, NOW, RATES);
    await ledger.add(tx, [1, 2, 3, 4, 5].map((at) => call(`${system}${at}`)), NOW);
    await ledger.save(tx, updates, { by: 'w1', now: NOW });
  });
  return ledger;
}

it('shows what waits for a partner, since when, and how fast it answers', async () => {
  await busy('u8');
  now = NOW + seconds(30);
  expect(await only('u8')).toEqual([{
    system: 'u8', service: 'erp-adapter', state: 'well', since: NOW, detail: '', pausedBy: null, note: null, share: 1,
    waiting: 2, accepted: 0, unknown: 1, oldestAt: NOW, lastMinute: { answered: 1, refused: 1, failed: 1 }, perSecond: 100, ledgerPerSecond: 20,
    ledgers: [{ ledger: 'C1', waiting: 2, oldestAt: NOW, lastMinute: 3, throttledUntil: null }],
  }]);
  now = NOW + seconds(61);
  expect(await only('u8')).toMatchObject([{ lastMinute: { answered: 0, refused: 0, failed: 0 } }]);
});

it('shows the ledgers whose calls wait, the fullest first, and those that are left alone', async () => {
  const ledger = ledgerOf('erp-adapter', 'crowded');
  const of = (name: string, count: number) => Array.from({ length: count }, (_, at) => ({ ...call(`${name}-${at}`), ledger: name }));
  await database.transaction(async (tx) => {
    await ledger.register(tx, NOW, RATES);
    await ledger.add(tx, [...of('A', 1), ...of('B', 3)], NOW);
    await ledger.throttle(tx, [{ ledger: 'B', until: NOW + seconds(40), detail: 'HTTP 429' }, { ledger: 'C', until: NOW + seconds(90), detail: 'HTTP 429' }]);
  });
  now = NOW + seconds(30);
  const ledgers = async () => (await only('crowded'))[0]?.ledgers.map((one) => [one.ledger, one.waiting, one.throttledUntil]);
  expect(await ledgers()).toEqual([['B', 3, NOW + seconds(40)], ['A', 1, null], ['C', 0, NOW + seconds(90)]]);
  now = NOW + seconds(60);
  expect(await ledgers()).toEqual([['B', 3, null], ['A', 1, null], ['C', 0, NOW + seconds(90)]]);
});

it('shows a partner that is away, with what went wrong, and how fast calls go on when it is back', async () => {
  const ledger = await busy('carrier');
  const change = (state: 'well' | 'away', at: number) => database.transaction((tx) => ledger.change(tx, { state, detail: state === 'away' ? 'no answer' : '', at }));
  await change('away', NOW + seconds(10));
  now = NOW + seconds(20);
  expect(await only('carrier')).toMatchObject([{ state: 'away', since: NOW + seconds(10), detail: 'no answer', share: 0 }]);
  await change('well', NOW + seconds(30));
  now = NOW + seconds(35);
  expect(await only('carrier')).toMatchObject([{ state: 'recovering', since: NOW + seconds(30), detail: '', share: 0.2 }]);
  now = NOW + seconds(60);
  expect(await only('carrier')).toMatchObject([{ state: 'well', share: 1 }]);
});

it('pauses a system for every service that calls it, knows who and why, and tells so', async () => {
  const services = ['one', 'other'].map((service) => ledgerOf(service, 'esign'));
  for (const ledger of services) await database.transaction((tx) => ledger.register(tx, NOW, RATES));
  expect(await pause('nobody', '李娜', '')).toEqual({ done: false, told: [] });
  now = NOW + seconds(1);
  expect(await pause('esign', '李娜', 'upgrade')).toEqual({ done: true, told: [{ type: 'PartnerPaused', value: { system: 'esign', pausedBy: '李娜', note: 'upgrade', at: now } }] });
  now = NOW + seconds(2);
  await pause('esign', '王芳', 'still');
  expect(await only('esign')).toMatchObject(['one', 'other'].map((service) => ({ service, state: 'paused', since: NOW + seconds(1), pausedBy: '王芳', note: 'still', share: 0 })));
  expect((await Promise.all(services.map((ledger) => ledger.look(1, now)))).map(({ standing }) => standing?.pausedBy)).toEqual(['王芳', '王芳']);
  now = NOW + seconds(3);
  expect(await resume('nobody', '王芳')).toEqual({ done: false, told: [] });
  expect(await resume('esign', '王芳')).toEqual({ done: true, told: [{ type: 'PartnerResumed', value: { system: 'esign', resumedBy: '王芳', at: now } }] });
  expect(await only('esign')).toMatchObject([{ state: 'recovering', pausedBy: null, note: null, share: 0.1 }, { state: 'recovering' }]);
});
