import { silentLog, type Database } from '@order-mesh/platform';
import { advanceSimulations, noteSimulations, pgSimulationBook, rulebookMigrations } from '@order-mesh/rulebook';
import { hashOf, writeRecord, writeRuleSet } from '@order-mesh/rules';
import { startTestDatabase, type TestDatabase } from '@order-mesh/testing';
import type { Outgoing, Unit } from '@order-mesh/messaging';
import { simulatedPoints } from '../src/usecases/simulated.ts';
import { pgPastDecisions } from '../src/outbound/pg-past-decisions.ts';
import { freezeAfter, NOON, simulationAsked } from './scene.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await server.migrate([rulebookMigrations, { schema: 'credit', folder: new URL('../migrations/', import.meta.url) }]);
  database = server.open('credit');
}, 90_000);

afterAll(async () => { await server?.stop(); }, 30_000);

const ports = { service: 'credit', points: simulatedPoints, simulations: pgSimulationBook('credit'), past: pgPastDecisions, log: silentLog };

/** Runs in a transaction of its own; what it sends. */
async function inUnit<Result>(work: (unit: Unit) => Promise<Result>): Promise<{ readonly sent: readonly Outgoing[]; readonly result: Result }> {
  return database.transaction(async (tx) => {
    const sent: Outgoing[] = [];
    const result = await work({ tx, now: NOON, send: (message) => sent.push(message), afterCommit: () => {} });
    return { sent, result };
  });
}

const record = (daysOverdue: number): string => writeRecord({
  facts: { customerId: 'C1', daysOverdue, amount: 100, exposure: 100, limit: 1_000 }, moment: { now: NOON, placedAt: NOON }, said: { verdict: 'grant', because: 'none' }, rule: null, hash: 'x',
});

it('puts 50,000 past decisions in the database to other rules, a page a transaction, and tells how far it is', async () => {
  await database.query({
    name: 'test.past', text: `insert into credit.hold (order_id, status, customer_id, amount, exposure, credit_limit, record)
      select 'O' || n, 'confirmed', 'C1', 100, 100, 1000, case when n % 10 = 0 then $1 else $2 end from generate_series(1, 50000) n`, values: [record(40), record(0)],
  });
  const set = freezeAfter(30);
  await inUnit((unit) => noteSimulations(ports)([simulationAsked({ content: writeRuleSet(set), hash: hashOf(set) })], unit));
  const told: Outgoing[] = [];
  const advance = advanceSimulations(ports, 5_000);
  for (let more = true; more;) {
    const { sent, result } = await inUnit(advance);
    told.push(...sent);
    more = result;
  }
  expect(told).toHaveLength(11);
  expect(told.at(0)).toMatchObject({ type: 'SimulationAdvanced', value: { state: 'running', total: 50_000, checked: 5_000 } });
  expect(told.at(-1)).toMatchObject({ value: { state: 'done', checked: 50_000, changed: 5_000 } });
  expect(JSON.parse(String(Object(told.at(-1)?.value).outcomes))).toContainEqual({ was: 'grant', would: 'ask', orders: 5_000, amount: '500000' });
}, 60_000);

it('is carried on by another process when one is killed in the middle', async () => {
  const set = freezeAfter(20);
  await inUnit((unit) => noteSimulations(ports)([simulationAsked({ simulationId: 's2', content: writeRuleSet(set), hash: hashOf(set) })], unit));
  await inUnit(advanceSimulations(ports, 30_000));
  await expect(inUnit(async (unit) => {
    await advanceSimulations(ports, 30_000)(unit);
    throw new Error('killed before the commit');
  })).rejects.toThrow('killed');
  const { sent } = await inUnit(advanceSimulations(ports, 30_000));
  expect(sent).toMatchObject([{ value: { simulationId: 's2', checked: 50_000, changed: 5_000 } }]);
}, 60_000);
