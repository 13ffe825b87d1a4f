import { hours, seconds, systemClock } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { callDesk, outboundMigrations, type CallResult, type DeskRuntime, type RepeatableEffect } from '@order-mesh/outbound';
import { createCongestion, createMetrics, silentLog, type Database } from '@order-mesh/platform';
import { startTestDatabase, until, type TestDatabase } from '@order-mesh/testing';

let server: TestDatabase;
let database: Database;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([outboundMigrations]);
  database = server.open();
}, 60_000);
afterEach(async () => { for (const stop of stops.splice(0).reverse()) await stop(); });
afterAll(() => server.stop());

/** A process with a desk for a partner that notes what it is asked, and answers 429 to the ledgers named. */
function open(system: string, limits: { readonly perSecond?: number; readonly ledgerPerSecond?: number } = {}) {
  const made: string[] = [];
  const tooFast = new Set<string>();
  const plan: RepeatableEffect<object, string> = {
    kind: 'repeatable',
    async perform([call]): Promise<readonly CallResult<string>[]> {
      if (call && tooFast.has(call.ledger)) return [{ type: 'unavailable', detail: 'HTTP 429', retryAfter: seconds(60) }];
      made.push(call?.key ?? '');
      return [{ type: 'answered', answer: 'done' }];
    },
  };
  const submit: DeskRuntime['submit'] = async (work) => {
    const after: (() => void)[] = [];
    const result = await database.transaction((tx) => work({ tx, now: systemClock.now(), send: () => {}, afterCommit: (action) => void after.push(action) } satisfies Unit));
    for (const action of after) action();
    return result;
  };
  const metrics = createMetrics({ processMetrics: false });
  const runtime: DeskRuntime = {
    clock: systemClock, submit, database, metrics, log: silentLog, congestion: createCongestion(silentLog, metrics), onStop: (stop) => void stops.push(stop),
    repeat(_name, every, work) {
      const timer = setInterval(() => void work().catch(() => {}), every);
      stops.push(async () => clearInterval(timer));
    },
  };
  const desk = callDesk({ service: 'turns', system, runtime, operations: { plan }, limits: { concurrency: 4, ...limits }, settle: async () => {} });
  const ask = (ledger: string, count: number) => submit((unit) => desk.ask(unit, Array.from({ length: count }, (_, at) => (
    { key: `${system}/${ledger}${at}`, operation: 'plan', orderId: `${ledger}${at}`, ledger, request: {}, giveUpAt: unit.now + hours(1) }))));
  return { ask, made, tooFast };
}

const of = (made: readonly string[], ledger: string) => made.filter((key) => key.includes(`/${ledger}`));

it('lets the call of one ledger through beside ten thousand of another', async () => {
  const { ask, made } = open('burst');
  await ask('A', 10_000);
  await until('the burst is being worked off', async () => made.length > 20);
  const before = made.length;
  await ask('B', 1);
  await until('the call of the other ledger is made', async () => of(made, 'B').length === 1);
  expect(made.findIndex((key) => key.includes('/B')) - before).toBeLessThan(40);
});

it('works off one ledger while another is left alone', async () => {
  const { ask, made, tooFast } = open('throttled');
  tooFast.add('A');
  await ask('A', 500);
  await ask('B', 100);
  await until('all calls of the other ledger are made', async () => of(made, 'B').length === 100);
  expect(of(made, 'A')).toEqual([]);
});

it('gives each ledger its own rate, and two processes share the calls between them', async () => {
  const [one, other] = [open('rates', { ledgerPerSecond: 10 }), open('rates', { ledgerPerSecond: 10 })];
  await one.ask('A', 200);
  await one.ask('B', 15);
  const made = () => [...one.made, ...other.made];
  await until('all calls of the other ledger are made', async () => of(made(), 'B').length === 15);
  expect(of(made(), 'A').length).toBeLessThan(200);
  expect(new Set(made()).size).toBe(made().length);
});
